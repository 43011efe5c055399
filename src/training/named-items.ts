import { byteOrder } from '../features/byte-order.ts'
import type { FeatureStore, StoredProfile } from '../store/feature-store.ts'
import type { Item } from '../taste/item.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { normaliseName } from '../taste/name.ts'
import { random } from '../towers/random.ts'
import { type HalvingTask, halve, left, right } from './halving.ts'
import { draw } from './split.ts'

/** The items of stored profiles by name alone: what a stranger's data would say. One list per profile. */
export async function namedItems(
  profiles: readonly StoredProfile[],
  store: Pick<FeatureStore, 'artists' | 'tracks'>,
): Promise<readonly (readonly Item[])[]> {
  const entriesOf = profiles.map(({ playlists }) => playlists.flatMap(({ entries }) => entries))
  const all = entriesOf.flat()
  const artistKeys = [...new Set(all.flatMap(({ artists }) => artists))]
  const trackKeys = [...new Set(all.flatMap(({ track }) => (track === undefined ? [] : [track])))]
  const artists = new Map((await store.artists(artistKeys)).map((artist, i) => [artistKeys[i]!, artist?.name]))
  const titles = new Map((await store.tracks(trackKeys)).map((track, i) => [trackKeys[i]!, track?.title]))
  return entriesOf.map((entries) =>
    entries.flatMap((entry) => {
      const names = entry.artists.map((key) => artists.get(key)).filter((name) => name !== undefined)
      if (names.length === 0) return []
      const title = entry.track === undefined ? undefined : titles.get(entry.track)
      return [
        {
          artists: names,
          ...(title === undefined ? {} : { track: title }),
          ...(entry.plays === undefined ? {} : { plays: entry.plays }),
        },
      ]
    }),
  )
}

/**
 * Cuts one listener's items in two halves, at random by the listener's own generator. What has the same names is one
 * item and goes to one half.
 * @returns undefined when there are too few for two halves
 */
export function cutItems(
  listener: ListenerId,
  items: readonly Item[],
  task: HalvingTask,
  seed: number,
): { readonly a: readonly Item[]; readonly b: readonly Item[] } | undefined {
  const groups = Map.groupBy(items, nameOf)
  const keys = [...groups.keys()].sort(byteOrder)
  const artistNumbers = new Map<string, number>()
  const artistsOf = keys.map((key) =>
    groups.get(key)![0]!.artists.map((name) => numberOf(normaliseName(name), artistNumbers)),
  )
  const sides = halve(artistsOf, task, random(draw(listener, `halves ${task}`, seed) * 2 ** 32))
  if (!sides) return undefined
  const on = (side: number) => keys.filter((_, i) => sides[i] === side).flatMap((key) => groups.get(key)!)
  return { a: on(left), b: on(right) }
}

function nameOf({ artists, track }: Item): string {
  const who = artists.map(normaliseName)
  // Whoever joins the main artist, a title of theirs is one recording.
  return track === undefined ? `artists\n${who.join('\n')}` : `track\n${who[0]}\n${normaliseName(track)}`
}

function numberOf(key: string, numbers: Map<string, number>): number {
  const number = numbers.get(key) ?? numbers.size
  numbers.set(key, number)
  return number
}
