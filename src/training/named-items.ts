import { byteOrder } from '../features/byte-order.ts'
import type { FeatureStore, StoredProfile } from '../store/feature-store.ts'
import type { ArtistKey } from '../taste/artist.ts'
import type { Item } from '../taste/item.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { normaliseName } from '../taste/name.ts'
import type { Entry } from '../taste/playlist.ts'
import type { TrackKey } from '../taste/track.ts'
import { random } from '../towers/random.ts'
import { type HalvingTask, halve, left, right } from './halving.ts'
import { draw } from './split.ts'

/** Names that are kept at hand, so that memory does not grow with the store. */
const mostRemembered = 200_000

/** Items of stored profiles by name alone: what a stranger's data would say. Remembers names that come again. */
export class ItemNames {
  readonly #store: Pick<FeatureStore, 'artists' | 'tracks'>
  readonly #artists = new Map<ArtistKey, string | undefined>()
  readonly #titles = new Map<TrackKey, string | undefined>()

  constructor(store: Pick<FeatureStore, 'artists' | 'tracks'>) {
    this.#store = store
  }

  /** One list per profile. */
  async of(profiles: readonly StoredProfile[]): Promise<readonly (readonly Item[])[]> {
    const entriesOf = profiles.map(({ playlists }) => playlists.flatMap(({ entries }) => entries))
    await this.#look(entriesOf.flat())
    return entriesOf.map((entries) => entries.flatMap((entry) => this.#item(entry)))
  }

  async #look(entries: readonly Entry[]): Promise<void> {
    for (const names of [this.#artists, this.#titles]) if (names.size > mostRemembered) names.clear()
    const unknown = (keys: Iterable<string>, known: ReadonlyMap<string, unknown>) =>
      [...new Set(keys)].filter((key) => !known.has(key))
    const artists = unknown(
      entries.flatMap((entry) => entry.artists),
      this.#artists,
    )
    for (const [i, artist] of (await this.#store.artists(artists)).entries())
      this.#artists.set(artists[i]!, artist?.name)
    const tracks = unknown(
      entries.flatMap(({ track }) => track ?? []),
      this.#titles,
    )
    for (const [i, track] of (await this.#store.tracks(tracks)).entries()) this.#titles.set(tracks[i]!, track?.title)
  }

  #item({ artists, track, plays }: Entry): readonly Item[] {
    const names = artists.map((key) => this.#artists.get(key)).filter((name) => name !== undefined)
    if (names.length === 0) return []
    const title = track === undefined ? undefined : this.#titles.get(track)
    return [{ artists: names, ...(title !== undefined && { track: title }), ...(plays !== undefined && { plays }) }]
  }
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
    groups.get(key)![0]!.artists.map((name) => numberOf(remembered(name), artistNumbers)),
  )
  const sides = halve(artistsOf, task, random(draw(listener, `halves ${task}`, seed) * 2 ** 32))
  if (!sides) return undefined
  const on = (side: number) => keys.filter((_, i) => sides[i] === side).flatMap((key) => groups.get(key)!)
  return { a: on(left), b: on(right) }
}

function nameOf({ artists, track }: Item): string {
  const who = artists.map(remembered)
  // Whoever joins the main artist, a title of theirs is one recording.
  return track === undefined ? `artists\n${who.join('\n')}` : `track\n${who[0]}\n${remembered(track)}`
}

const normalised = new Map<string, string>()

/** `normaliseName`, without doing the same work for every listener. */
function remembered(name: string): string {
  const known = normalised.get(name)
  if (known !== undefined) return known
  if (normalised.size > mostRemembered) normalised.clear()
  const normal = normaliseName(name)
  normalised.set(name, normal)
  return normal
}

function numberOf(key: string, numbers: Map<string, number>): number {
  const number = numbers.get(key) ?? numbers.size
  numbers.set(key, number)
  return number
}
