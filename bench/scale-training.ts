/**
 * Trains on made-up listeners in growing numbers, and prints time per epoch and peak memory of each:
 *
 *     node bench/scale-training.ts [--listeners 25000,50000,100000] [--items 50] [--epochs 1] [--threads 2]
 *
 * Each size runs in a process of its own, so that its peak is its own.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Corpus } from '../src/features/corpus.ts'
import { SparseRowsBuilder } from '../src/features/sparse-rows.ts'
import { random } from '../src/towers/random.ts'
import { networkPresets } from '../src/training/network/configuration.ts'
import { fitTwoTower } from '../src/training/network/two-tower-kind.ts'

const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '25000,50000,100000' },
    items: { type: 'string', default: '50' },
    epochs: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
  },
})
const sizes = values.listeners.split(',').map(Number)

if (sizes.length > 1)
  for (const size of sizes) {
    const rest = ['items', 'epochs', 'threads'].flatMap((name) => [`--${name}`, values[name as 'items']])
    spawnSync(process.execPath, [import.meta.filename, '--listeners', String(size), ...rest], { stdio: 'inherit' })
  }
else await trainOn(sizes[0]!, Number(values.items))

async function trainOn(listeners: number, items: number): Promise<void> {
  const corpus = madeUpCorpus(listeners, items)
  const epochs = Number(values.epochs)
  const configuration = { ...networkPresets.standard, epochs: { artists: epochs, tracks: epochs } }
  const start = performance.now()
  let learning = 0
  const model = await fitTwoTower(
    corpus,
    {
      seed: 1,
      preset: 'standard',
      progress: ({ loss }) => {
        if (loss !== undefined && learning === 0) learning = performance.now()
      },
    },
    configuration,
    Number(values.threads),
  )
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1)
  const end = performance.now()
  const entries = corpus.counts.indices.length
  console.log(
    [
      `${listeners} listeners, ${entries} items`,
      `start ${seconds(start, learning)} s`,
      `${(((end - learning) / 1000 / epochs / entries) * 1e6).toFixed(1)} s per epoch and million items`,
      `peak ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB`,
      `loss ${model.network.trail.at(-1)?.half.toFixed(2)}`,
    ].join(', '),
  )
}

/** Communities of taste over tracks of artists, popular as in Zipf's law within each. */
function madeUpCorpus(listeners: number, items: number): Corpus {
  const communities = 200
  const artists = 300 * communities
  const tracks = 4 * artists
  const { uniform, below } = random(1)
  const counts = new SparseRowsBuilder(tracks)
  for (let listener = 0; listener < listeners; listener++) {
    const homes = [below(communities), below(communities), below(communities)]
    const row = new Set<number>()
    while (row.size < items) {
      const place = Math.floor(300 ** uniform()) - 1
      row.add((homes[below(3)]! * 300 + place) * 4 + below(4))
    }
    for (const track of Uint32Array.from(row).sort()) counts.add(track, 1)
    counts.endRow()
  }
  const credits = new SparseRowsBuilder(artists)
  const genreRows = new SparseRowsBuilder(2 * communities)
  for (let artist = 0; artist < artists; artist++) {
    for (let track = 0; track < 4; track++) {
      credits.add(artist, 1)
      credits.endRow()
    }
    if (artist % 3 > 0) genreRows.add(2 * Math.floor(artist / 300) + (artist % 2), 1)
    genreRows.endRow()
  }
  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(7, '0')}`)
  const keys = names(tracks, 'track ')
  return {
    catalogue: {
      items: {
        keys,
        tracks: keys,
        credits: credits.build(),
        audio: Float32Array.from({ length: tracks * 10 }, (_, i) => (i % 30 < 10 ? Number.NaN : uniform())),
      },
      artists: {
        keys: names(artists, 'name:'),
        names: names(artists, ''),
        genres: names(2 * communities, 'genre '),
        genreRows: genreRows.build(),
      },
      tags: [],
    },
    listeners: names(listeners, 'made-up:'),
    sources: Array(listeners).fill('made-up'),
    counts: counts.build(),
    tagged: { offsets: new Uint32Array(listeners + 1), artists: new Uint32Array(), tags: new Uint32Array() },
  }
}
