import { setImmediate } from 'node:timers/promises'
import { inverseDocumentFrequency, joinKeys } from '../../features/artist-statistics.ts'
import { artistCounts } from '../../features/bags.ts'
import { buildCorpora, type ListenerRow, type Lookups } from '../../features/build-corpus.ts'
import { type Corpus, modelledAudio } from '../../features/corpus.ts'
import { multiply } from '../../features/sparse-rows.ts'
import type { Track } from '../../taste/track.ts'
import type { ArtistShare, TrackName } from '../answer.ts'
import type { PairScore } from '../pair-score.ts'
import type { Description, Details, Offer, Terms } from './description.ts'
import { keyHash } from './key-hash.ts'
import { type FoundCatalogue, readCatalogue } from './lookups.ts'
import { viewCodes } from './view-codes.ts'

/** How many of a listener's artists and tracks are named as what they listen to most. */
const named = { artists: 16, tracks: 8 }
/** How many tracks of a listener may be offered to others, and how many by one artist. */
const offered = { tracks: 24, byArtist: 2 }
/** Genres with less of the plays are left out. */
const leastGenre = 0.002

/**
 * Describes listeners for a model. This is the only way: whoever is stored by a batch, noticed by a running process or
 * compared without being stored goes through it, one listener at a time, so that what others listen to changes nothing
 * and the same profile gives the same bits everywhere.
 * @param lookups genres and audio features as far as they may be matched, see `lookupsFor`
 */
export async function describe(
  rows: readonly ListenerRow[],
  pair: PairScore,
  lookups: Lookups,
): Promise<readonly Description[]> {
  const found = await readCatalogue(rows, lookups)
  const described: Description[] = []
  for (const row of rows) {
    // A listener takes a millisecond or two: others get their turn in between.
    if (described.length > 0) await setImmediate()
    const [corpus] = await buildCorpora([[row]], found)
    described.push(new Describer(corpus!, pair, found).description())
  }
  return described
}

/** Describes the one listener of a corpus. */
class Describer {
  readonly #corpus: Corpus
  readonly #pair: PairScore
  readonly #found: FoundCatalogue
  /** Artists of the catalogue, by count. */
  readonly #artists: Uint32Array
  readonly #counts: Float32Array

  constructor(corpus: Corpus, pair: PairScore, found: FoundCatalogue) {
    this.#corpus = corpus
    this.#pair = pair
    this.#found = found
    const { indices, values } = artistCounts(corpus)
    this.#artists = indices
    this.#counts = values
  }

  description(): Description {
    const { overlap, weights, embeddings } = this.#pair.rows(this.#corpus)
    const { keys } = this.#corpus.catalogue.artists
    const trained = joinKeys(this.#pair.parameters.statistics.keys, keys)
    const terms: Terms = {
      artists: {
        hashes: Float64Array.from(this.#artists, (artist) => keyHash(keys[artist]!)),
        overlap: overlap.values,
      },
      known: this.#artists.reduce((sum, artist) => sum + Number(trained[artist]! >= 0), 0),
      weight: weights[0]!,
    }
    const obscure = this.#artists.filter((artist) => trained[artist]! < 0 && !this.#hasGenre(artist))
    const hashes = Array.from(obscure, (artist) => keyHash(keys[artist]!))
    return { vector: embeddings, terms, details: { ...this.#details(overlap.values), obscure: hashes } }
  }

  #hasGenre(artist: number): boolean {
    const { offsets } = this.#corpus.catalogue.artists.genreRows
    return offsets[artist]! < offsets[artist + 1]!
  }

  #details(overlap: Float32Array): Omit<Details, 'obscure'> {
    const { names, genres, genreRows } = this.#corpus.catalogue.artists
    const plays = sum(this.#counts)
    const byGenre = multiply(artistCounts(this.#corpus), genreRows)
    const heard = sum(byGenre.values)
    const items = this.#tracks()
    const offers = this.#offers(items, overlap)
    const codes = this.#pair.embedder.embedItems?.(
      this.#corpus.catalogue,
      offers.map(({ item }) => item),
    )
    const views = viewCodes(this.#pair, this.#corpus)
    return {
      names: Array.from(this.#artists, (artist) => names[artist]!),
      counts: this.#counts,
      genres: Array.from(byGenre.indices, (genre, i) => [genres[genre]!, byGenre.values[i]! / heard] as const)
        .filter(([, share]) => share >= leastGenre)
        .sort((a, b) => b[1] - a[1]),
      genresKnown: plays > 0 ? this.#playsWithGenre() / plays : 0,
      tracks: Float64Array.from(items, ({ track }) => keyHash(track.key)),
      ...this.#sound(items),
      decades: decadesOf(items.map(({ track }) => track)),
      unusualness: this.#unusualness(),
      topArtists: this.#topArtists(plays),
      topTracks: items
        .toSorted((a, b) => b.count - a.count || this.#weightOf(b, overlap) - this.#weightOf(a, overlap))
        .slice(0, named.tracks)
        .map(({ track }) => this.#nameOf(track)),
      offers: offers.map(({ track }): Offer => ({ ...this.#nameOf(track), hash: keyHash(track.key) })),
      offerCodes: Int8Array.from(codes ?? [], (value) => Math.round(127 * value)),
      ...(views && { views }),
    }
  }

  /** Tracks whose title is known, in the byte order of their keys. */
  #tracks(): readonly HeardTrack[] {
    const { tracks } = this.#corpus.catalogue.items
    const { indices, values } = this.#corpus.counts
    return Array.from(indices, (item, i) => {
      const key = tracks[item]
      const track = key === undefined ? undefined : (this.#found.track(key) ?? { key, artists: [], ids: {} })
      return track && { item, track, count: values[i]! }
    }).filter((track) => track !== undefined)
  }

  /** The overlap's weight of a track's first artist. */
  #weightOf({ item }: HeardTrack, overlap: Float32Array): number {
    const artist = this.#firstArtist(item)
    return artist < 0 ? 0 : overlap[this.#artists.indexOf(artist)]!
  }

  #firstArtist(item: number): number {
    const { offsets, indices, values } = this.#corpus.catalogue.items.credits
    for (let i = offsets[item]!; i < offsets[item + 1]!; i++) if (values[i] === 1) return indices[i]!
    return -1
  }

  /** What says most about the listener, not too much of it by one artist. */
  #offers(items: readonly HeardTrack[], overlap: Float32Array): readonly HeardTrack[] {
    const byArtist = new Map<number, number>()
    const chosen: HeardTrack[] = []
    const telling = items
      .filter(({ track }) => track.title !== undefined)
      .map((item) => ({ item, weight: this.#weightOf(item, overlap) }))
      .sort((a, b) => b.weight - a.weight || b.item.count - a.item.count)
    for (const { item } of telling) {
      const artist = this.#firstArtist(item.item)
      const before = byArtist.get(artist) ?? 0
      if (before >= offered.byArtist) continue
      byArtist.set(artist, before + 1)
      if (chosen.push(item) === offered.tracks) break
    }
    return chosen
  }

  #nameOf({ title, key, artists, ids }: Track): TrackName {
    const names = artists.flatMap((artist) => this.#found.artistName(artist) ?? [])
    return { title: title ?? key, artists: names, ...(ids.spotify !== undefined && { spotify: ids.spotify }) }
  }

  #playsWithGenre(): number {
    return this.#artists.reduce((sum, artist, i) => sum + (this.#hasGenre(artist) ? this.#counts[i]! : 0), 0)
  }

  #topArtists(plays: number): readonly ArtistShare[] {
    const { names } = this.#corpus.catalogue.artists
    return [...this.#artists.keys()]
      .sort((a, b) => this.#counts[b]! - this.#counts[a]!)
      .slice(0, named.artists)
      .map((i) => ({ name: names[this.#artists[i]!]!, share: this.#counts[i]! / plays }))
  }

  #sound(items: readonly HeardTrack[]): Pick<Details, 'sound' | 'soundKnown'> {
    const features = modelledAudio.length
    const { audio } = this.#corpus.catalogue.items
    const sums = new Float64Array(features)
    const covered = new Uint32Array(features)
    let heard = 0
    for (const { item } of items) {
      let any = false
      for (let f = 0; f < features; f++) {
        const value = audio[item * features + f]!
        if (Number.isNaN(value)) continue
        any = true
        sums[f]! += value
        covered[f]!++
      }
      if (any) heard++
    }
    return {
      sound: Float32Array.from(sums, (sum, f) => (covered[f]! > 0 ? sum / covered[f]! : Number.NaN)),
      soundKnown: items.length > 0 ? heard / items.length : 0,
    }
  }

  #unusualness(): number {
    const idf = inverseDocumentFrequency(this.#pair.parameters.statistics, this.#corpus.catalogue)
    let [weighted, weights] = [0, 0]
    for (const [i, artist] of this.#artists.entries()) {
      const weight = Math.log1p(this.#counts[i]!)
      weighted += weight * idf[artist]!
      weights += weight
    }
    return weights > 0 ? weighted / weights : 0
  }
}

interface HeardTrack {
  /** Row of the catalogue. */
  readonly item: number
  readonly track: Track
  readonly count: number
}

function decadesOf(tracks: readonly Track[]): Details['decades'] {
  const counts = new Map<number, number>()
  let dated = 0
  for (const { year } of tracks) {
    if (year === undefined) continue
    const decade = 10 * Math.floor(year / 10)
    counts.set(decade, (counts.get(decade) ?? 0) + 1)
    dated++
  }
  return [...counts].map(([decade, count]) => [decade, count / dated] as const).sort((a, b) => a[0] - b[0])
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0)
}
