import type { FeatureStore } from '../store/feature-store.ts'
import type { ArtistKey } from '../taste/artist.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Entry } from '../taste/playlist.ts'
import type { TrackKey } from '../taste/track.ts'
import { byteOrder, orderOf } from './byte-order.ts'
import { type Catalogue, type Corpus, modelledAudio } from './corpus.ts'
import { type SparseRows, SparseRowsBuilder } from './sparse-rows.ts'

/** An entry that may count less than in full. */
export interface WeighedEntry extends Entry {
  /** Above 0 to 1; 1 where absent. */
  readonly weight?: number
}

/** One listener as a corpus takes them: resolved to known artists and tracks. */
export interface ListenerRow {
  readonly id: ListenerId
  readonly source: string
  readonly playlists: readonly { readonly entries: readonly WeighedEntry[] }[]
  readonly tagged?: readonly { readonly artist: ArtistKey; readonly tags: readonly string[] }[]
}

export type ListenerRows = Iterable<ListenerRow> | AsyncIterable<ListenerRow>

/** Where a corpus finds names, genres and audio features. A store is one. */
export type Lookups = Pick<FeatureStore, 'artists' | 'tracks'>

export interface CorpusOptions {
  /** Whether to look up audio features; without, they are all missing. Default true. */
  readonly audio?: boolean
}

/** How many keys one look-up asks for. */
const pageSize = 2000

/**
 * One corpus per group of listeners, all on one catalogue, so that they can be compared. Reads each group once, in
 * turn; takes about 16 bytes per listener and item, and some hundred bytes per distinct item.
 *
 * @example const [queries, candidates] = await buildCorpora([queryRows, candidateRows], store)
 */
export async function buildCorpora(
  groups: readonly ListenerRows[],
  lookups: Lookups,
  options: CorpusOptions = {},
): Promise<Corpus[]> {
  const items = new ItemInterner()
  const tags = new Interner()
  const drafts: Draft[] = []
  for (const group of groups) {
    const draft = new Draft(items, tags)
    for await (const row of group) draft.add(row)
    drafts.push(draft)
  }
  const spaces = {
    items: new Ranking(items.keys),
    artists: new Ranking(items.artists.keys, items.creditedArtists()),
    tags: new Ranking(tags.keys),
  }
  const catalogue = await describe(items, spaces, lookups, options)
  return drafts.map((draft) => draft.finish(catalogue, spaces))
}

interface Spaces {
  readonly items: Ranking
  readonly artists: Ranking
  readonly tags: Ranking
}

async function describe(items: ItemInterner, spaces: Spaces, lookups: Lookups, options: CorpusOptions) {
  const { keys: artistKeys } = spaces.artists
  const { names, genresOf } = await artistsOf(artistKeys, lookups)
  const genres = new Ranking([...new Set(genresOf.flat())])
  const genreRank = new Map(genres.keys.map((genre, rank) => [genre, rank]))
  const genreRows = new SparseRowsBuilder(genres.keys.length)
  for (const list of genresOf) {
    for (const rank of list.map((genre) => genreRank.get(genre)!).sort((a, b) => a - b))
      genreRows.add(rank, 1 / list.length)
    genreRows.endRow()
  }

  const tracks = Array.from(spaces.items.order, (item) => items.tracks[item])
  const credits = new SparseRowsBuilder(artistKeys.length)
  for (const item of spaces.items.order) {
    const seen = new Map<number, number>()
    for (const [position, artist] of items.artistsOf[item]!.entries()) {
      const rank = spaces.artists.rank[artist]!
      if (!seen.has(rank)) seen.set(rank, position === 0 ? 1 : 0.5)
    }
    for (const [rank, credit] of [...seen].sort((a, b) => a[0] - b[0])) credits.add(rank, credit)
    credits.endRow()
  }
  const catalogue: Catalogue = {
    items: {
      keys: spaces.items.keys,
      tracks,
      credits: credits.build(),
      audio: await audioOf(tracks, options.audio === false ? undefined : lookups),
    },
    artists: { keys: artistKeys, names, genres: genres.keys, genreRows: genreRows.build() },
    tags: spaces.tags.keys,
  }
  return catalogue
}

async function artistsOf(keys: readonly ArtistKey[], lookups: Lookups) {
  const names: string[] = []
  const genresOf: string[][] = []
  for (let from = 0; from < keys.length; from += pageSize) {
    const page = keys.slice(from, from + pageSize)
    for (const [i, artist] of (await lookups.artists(page)).entries()) {
      names.push(artist?.name ?? bareName(page[i]!))
      genresOf.push([...new Set(artist?.genres?.value)])
    }
  }
  return { names, genresOf }
}

/** What to call an artist nobody has stored: the key without its kind, as in `name:mulatu astatke`. */
function bareName(key: ArtistKey): string {
  return key.slice(key.indexOf(':') + 1)
}

async function audioOf(tracks: readonly (TrackKey | undefined)[], lookups: Lookups | undefined) {
  const audio = new Float32Array(tracks.length * modelledAudio.length).fill(Number.NaN)
  if (!lookups) return audio
  const rows = [...tracks.keys()].filter((row) => tracks[row] !== undefined)
  for (let from = 0; from < rows.length; from += pageSize) {
    const page = rows.slice(from, from + pageSize)
    const found = await lookups.tracks(page.map((row) => tracks[row]!))
    for (const [i, row] of page.entries()) {
      const features = found[i]?.audio?.value
      if (features) {
        for (const [f, name] of modelledAudio.entries()) {
          const value = features[name]
          if (value !== undefined && Number.isFinite(value)) audio[row * modelledAudio.length + f] = value
        }
      }
    }
  }
  return audio
}

/** Whatever a file claims, nobody has played one thing more often than a thousand times a day for a lifetime. */
const mostPlays = 3e7

function playsOf({ plays = 1, weight = 1 }: WeighedEntry): number {
  return weight * (plays >= 1 ? Math.min(plays, mostPlays) : 1)
}

/** Keys in byte order, with the way there and back from the order in which they were met. */
class Ranking {
  readonly keys: readonly string[]
  /** Which number stands at a rank. */
  readonly order: Uint32Array
  /** [met]: at which rank a number stands. */
  readonly rank: Uint32Array

  constructor(met: readonly string[], ranked?: ReadonlySet<number>) {
    this.order = ranked ? orderOf(met).filter((i) => ranked.has(i)) : orderOf(met)
    this.keys = Array.from(this.order, (i) => met[i]!)
    this.rank = new Uint32Array(met.length)
    for (const [rank, i] of this.order.entries()) this.rank[i] = rank
  }
}

class Interner {
  readonly keys: string[] = []
  readonly #numbers = new Map<string, number>()

  number(key: string): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.keys.length)
    return this.keys.push(key) - 1
  }
}

class ItemInterner {
  readonly artists = new Interner()
  readonly tracks: (TrackKey | undefined)[] = []
  readonly artistsOf: (readonly number[])[] = []
  readonly #interner = new Interner()

  get keys(): readonly string[] {
    return this.#interner.keys
  }

  number(entry: Entry): number {
    const item = this.#interner.number(entry.track ?? `artist ${entry.artists.join('\u0001')}`)
    const known = this.artistsOf[item]
    if (!known || (!this.#equal(known, entry.artists) && this.#precedes(entry.artists, known))) {
      this.artistsOf[item] = entry.artists.map((key) => this.artists.number(key))
      this.tracks[item] = entry.track
    }
    return item
  }

  /** Lists that lost against a longer one don't count, or the order of reading would. */
  creditedArtists(): ReadonlySet<number> {
    return new Set(this.artistsOf.flat())
  }

  #equal(known: readonly number[], artists: readonly ArtistKey[]): boolean {
    return known.length === artists.length && artists.every((key, i) => this.artists.keys[known[i]!] === key)
  }

  /** Where entries disagree about a track's artists, the longest list holds, then the first in byte order. */
  #precedes(artists: readonly ArtistKey[], known: readonly number[]): boolean {
    if (artists.length !== known.length) return artists.length > known.length
    const former = known.map((artist) => this.artists.keys[artist]!)
    return byteOrder(artists.join('\u0001'), former.join('\u0001')) < 0
  }
}

/** A corpus in the numbers in which things were met, before their order is known. */
class Draft {
  readonly #items: ItemInterner
  readonly #tags: Interner
  readonly #ids: ListenerId[] = []
  readonly #sources: string[] = []
  readonly #counts = new SparseRowsBuilder(0)
  /** Per listener: pairs of artist key and tag number. */
  readonly #tagged: (readonly (readonly [ArtistKey, number])[] | undefined)[] = []

  constructor(items: ItemInterner, tags: Interner) {
    this.#items = items
    this.#tags = tags
  }

  add(row: ListenerRow): void {
    const counts = new Map<number, number>()
    for (const playlist of row.playlists) {
      for (const entry of playlist.entries) {
        if (entry.artists.length === 0) continue
        const item = this.#items.number(entry)
        counts.set(item, (counts.get(item) ?? 0) + playsOf(entry))
      }
    }
    this.#ids.push(row.id)
    this.#sources.push(row.source)
    for (const [item, count] of counts) this.#counts.add(item, count)
    this.#counts.endRow()
    const pairs = row.tagged?.flatMap(({ artist, tags }) =>
      tags.map((tag) => [artist, this.#tags.number(tag)] as const),
    )
    this.#tagged.push(pairs?.length ? pairs : undefined)
  }

  finish(catalogue: Catalogue, spaces: Spaces): Corpus {
    const order = orderOf(this.#ids)
    const listeners = Array.from(order, (row) => this.#ids[row]!)
    return {
      catalogue,
      listeners,
      sources: Array.from(order, (row) => this.#sources[row]!),
      counts: ranked(this.#counts.build(), order, spaces.items),
      tagged: this.#finishTags(order, catalogue, spaces),
    }
  }

  #finishTags(order: Uint32Array, catalogue: Catalogue, spaces: Spaces): Corpus['tagged'] {
    const artistRank = new Map(catalogue.artists.keys.map((key, rank) => [key, rank]))
    const offsets = new Uint32Array(order.length + 1)
    const artists: number[] = []
    const tags: number[] = []
    for (const [r, row] of order.entries()) {
      const pairs = (this.#tagged[row] ?? [])
        .map(([artist, tag]) => [artistRank.get(artist), spaces.tags.rank[tag]!] as const)
        .filter((pair): pair is readonly [number, number] => pair[0] !== undefined)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      for (const [artist, tag] of pairs) {
        artists.push(artist)
        tags.push(tag)
      }
      offsets[r + 1] = artists.length
    }
    return { offsets, artists: Uint32Array.from(artists), tags: Uint32Array.from(tags) }
  }
}

/** Rows in `order`, columns at their ranks. */
function ranked(counts: SparseRows, order: Uint32Array, items: Ranking): SparseRows {
  const out = new SparseRowsBuilder(items.keys.length)
  for (const row of order) {
    const start = counts.offsets[row]!
    const end = counts.offsets[row + 1]!
    const columns = counts.indices.subarray(start, end).map((item) => items.rank[item]!)
    for (const i of Uint32Array.from(columns.keys()).sort((a, b) => columns[a]! - columns[b]!))
      out.add(columns[i]!, counts.values[start + i]!)
    out.endRow()
  }
  return out.build()
}
