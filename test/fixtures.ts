/** Made-up data in the formats of others, small enough for tests: the listeners of a simulated world under other ids. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createWorld, type SimulatedTrack, type World } from '../simulator/world/world.ts'
import { type AudioFeatures, audioFeatureNames } from '../src/taste/audio-features.ts'

/** A folder that is gone when the test ends. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-test-'))
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** As many listeners of one world as a fixture needs; fixtures of one seed share artists and tracks. */
function worldOf(listeners: number): World {
  return createWorld({ seed: 2, listeners })
}

function tracksOf(world: World, listener: number): SimulatedTrack[] {
  return world.playlists(listener).flatMap((playlist) => playlist.tracks.map(({ id }) => world.track(id)!))
}

/** The first user of `lastfmFolder`; the others follow without gaps. */
export const firstUser = 2

/** HetRec 2011 Last.fm 2K: five tab-separated tables. Users have up to 50 artists with play counts. */
export async function lastfmFolder(folder: string, listeners: number): Promise<string> {
  const world = worldOf(listeners)
  const artistIds = new Map<string, number>()
  const tagIds = new Map<string, number>()
  const numbered = (ids: Map<string, number>, name: string) => {
    if (!ids.has(name)) ids.set(name, ids.size + 1)
    return ids.get(name)!
  }
  const plays: string[] = []
  const tagged: string[] = []
  const friends: string[] = []
  for (let i = 0; i < listeners; i++) {
    const counts = new Map<string, number>()
    for (const { artists } of tracksOf(world, i)) {
      const [{ id, name }] = artists as [SimulatedTrack['artists'][number]]
      counts.set(name, (counts.get(name) ?? 0) + 1)
      const tag = world.genres(id)?.[0]
      if (tag && counts.get(name) === 2) {
        tagged.push(`${firstUser + i}\t${numbered(artistIds, name)}\t${numbered(tagIds, tag)}\t1\t4\t2009`)
      }
    }
    const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 50)
    for (const [name, count] of top) plays.push(`${firstUser + i}\t${numbered(artistIds, name)}\t${count * count * 37}`)
    for (const friend of world.friends(i)) {
      friends.push(`${firstUser + i}\t${firstUser + friend}`, `${firstUser + friend}\t${firstUser + i}`)
    }
  }
  await mkdir(folder, { recursive: true })
  const table = (name: string, head: string, rows: readonly string[]) =>
    writeFile(join(folder, name), [head, ...rows, ''].join('\n'))
  const link = (name: string) => `http://www.last.fm/music/${encodeURIComponent(name)}`
  await table(
    'artists.dat',
    'id\tname\turl\tpictureURL',
    [...artistIds].map(([name, id]) => `${id}\t${name}\t${link(name)}\t`),
  )
  await table(
    'tags.dat',
    'tagID\ttagValue',
    [...tagIds].map(([tag, id]) => `${id}\t${tag}`),
  )
  await table('user_artists.dat', 'userID\tartistID\tweight', plays)
  await table('user_friends.dat', 'userID\tfriendID', friends)
  await table('user_taggedartists.dat', 'userID\tartistID\ttagID\tday\tmonth\tyear', tagged)
  return folder
}

/** Million Playlist Dataset: one playlist of each listener, gzipped slices of the given size. */
export async function playlistFolder(folder: string, playlists: number, perSlice = playlists): Promise<string> {
  const world = worldOf(playlists)
  await mkdir(folder, { recursive: true })
  for (let start = 0; start < playlists; start += perSlice) {
    const slice = {
      info: { version: 'v1', slice: `${start}-${start + perSlice - 1}` },
      playlists: Array.from({ length: Math.min(perSlice, playlists - start) }, (_, at) =>
        millionPlaylist(world, start + at),
      ),
    }
    const name = `mpd.slice.${start}-${start + perSlice - 1}.json.gz`
    await writeFile(join(folder, name), gzipSync(JSON.stringify(slice)))
  }
  return folder
}

function millionPlaylist(world: World, pid: number) {
  const tracks = tracksOf(world, pid).slice(0, 60)
  return {
    name: world.playlists(pid)[0]!.name,
    pid,
    num_tracks: tracks.length,
    num_followers: 1,
    tracks: tracks.map((track, pos) => ({
      pos,
      track_uri: `spotify:track:${track.id}`,
      artist_name: track.artists[0]!.name,
      track_name: track.title,
    })),
  }
}

/** The tables of audio features, track aliases and artist genres. */
export async function catalogueFolder(folder: string, listeners: number): Promise<string> {
  const world = worldOf(listeners)
  const tracks = new Map<string, SimulatedTrack>()
  for (let i = 0; i < listeners; i++) for (const track of tracksOf(world, i)) tracks.set(track.id, track)
  const measured = [...tracks.keys()].flatMap((id) => {
    const audio = world.audio(id)
    return audio ? [{ id, audio }] : []
  })
  const artists = new Map([...tracks.values()].flatMap((track) => track.artists.map(({ id, name }) => [id, name])))
  await mkdir(folder, { recursive: true })
  const table = (name: string, lines: readonly string[]) =>
    writeFile(join(folder, name), gzipSync([...lines, ''].join('\n')))
  await table('track_features.csv.gz', [
    'track_id,danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,duration_ms,time_signature,src',
    ...measured.map(({ id, audio }) => [id, ...audioColumns(audio), 'made_up'].join(',')),
  ])
  await table('track_aliases.tsv.gz', [
    'mpd_track_id\tfeature_track_id\tmatch',
    ...measured.slice(0, 50).map(({ id }) => `${id}\t${id}\tid`),
  ])
  await table('artist_genres.tsv.gz', [
    'norm_name\tartist_name\tgenres\tsources',
    ...[...artists].map(
      ([id, name]) => `${name.toLowerCase()}\t${name}\t${(world.genres(id) ?? []).join('|')}\tmade_up`,
    ),
  ])
  return folder
}

function audioColumns(audio: AudioFeatures): (number | '')[] {
  return audioFeatureNames.map((name) => audio[name] ?? '')
}
