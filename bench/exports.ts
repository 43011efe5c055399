import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Bytes of a file of a real extended streaming history. */
const fileBytes = 12 << 20

/** Reads a made-up streaming history in a process of its own: rows a second, and the most memory it took. */
export async function benchExports({ rows, rounds }: { rows: number; rounds: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-bench-'))
  try {
    const files = await writeHistory(folder, rows)
    console.log(`${rows.toLocaleString('en-US')} rows in ${files} files`)
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        join(import.meta.dirname, 'exports-reading.ts'),
        folder,
      ])
      const { listens, items, seconds, processor, megabytes } = JSON.parse(stdout)
      console.log(
        `${Math.round(rows / seconds).toLocaleString('en-US')} rows/s (${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processor time), at most ${Math.round(megabytes)} MB; ${listens.toLocaleString('en-US')} listens, ${items.toLocaleString('en-US')} items`,
      )
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Rows as Spotify writes them, over twelve years; plays of 40,000 tracks by the square of a random number. Returns how many files. */
async function writeHistory(folder: string, rows: number): Promise<number> {
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  let files = 0
  let lines: string[] = []
  let bytes = 0
  const write = async () => {
    await writeFile(join(folder, `Streaming_History_Audio_2012-2024_${files++}.json`), `[${lines.join(',')}]`)
    lines = []
    bytes = 0
  }
  for (let row = 0; row < rows; row++) {
    const track = Math.floor(random() ** 2 * 40_000)
    const skipped = random() < 0.25
    const line = JSON.stringify({
      ts: `${new Date(1_325_376_000_000 + Math.floor((row / rows) * 4e11)).toISOString().slice(0, 19)}Z`,
      platform: 'Android OS 10 API 29 (samsung, SM-G960F)',
      ms_played: skipped ? Math.floor(random() * 40_000) : 120_000 + Math.floor(random() * 120_000),
      conn_country: 'DE',
      ip_addr: '203.0.113.7',
      master_metadata_track_name: `Made-up Track No. ${track}`,
      master_metadata_album_artist_name: `Made-up Artist No. ${track % 3_000}`,
      master_metadata_album_album_name: `Made-up Album No. ${track % 9_000}`,
      spotify_track_uri: `spotify:track:${String(track).padStart(22, '0')}`,
      episode_name: null,
      episode_show_name: null,
      spotify_episode_uri: null,
      audiobook_title: null,
      audiobook_uri: null,
      audiobook_chapter_uri: null,
      audiobook_chapter_title: null,
      reason_start: 'trackdone',
      reason_end: skipped ? 'fwdbtn' : 'trackdone',
      shuffle: true,
      skipped,
      offline: false,
      offline_timestamp: 1_757_456_076,
      incognito_mode: false,
    })
    lines.push(line)
    bytes += line.length
    if (bytes >= fileBytes) await write()
  }
  if (lines.length > 0) await write()
  return files
}
