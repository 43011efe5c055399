import { countArtists } from '../../features/artist-statistics.ts'
import { artistCounts } from '../../features/bags.ts'
import { type Corpus, modelledAudio } from '../../features/corpus.ts'
import { columnCounts, type SparseRows, SparseRowsBuilder } from '../../features/sparse-rows.ts'
import type { Bags } from '../../towers/engine.ts'
import type { Vocabulary } from '../../towers/vocabulary.ts'
import type { NetworkConfiguration } from './configuration.ts'
import { type Cooccurrence, noCooccurrence } from './cooccurrence.ts'

/** What the tables' rows mean, from the training listeners alone: what else their catalogue names changes nothing. */
export function fitVocabulary(
  training: Corpus,
  { leastListeners }: Pick<NetworkConfiguration, 'leastListeners'>,
  cooccurrence: Cooccurrence = noCooccurrence,
): Vocabulary {
  const { catalogue, counts } = training
  const artists = countArtists(catalogue, artistCounts(training))
  const itemFrequencies = columnCounts(counts)
  const known = catalogue.items.tracks.flatMap((key, item) =>
    key !== undefined && itemFrequencies[item]! >= leastListeners.track ? [{ key, df: itemFrequencies[item]! }] : [],
  )
  return {
    listeners: counts.rows,
    artists: artists.keys,
    artistFrequencies: artists.frequencies,
    tracks: known.map(({ key }) => key),
    trackFrequencies: Uint32Array.from(known, ({ df }) => df),
    genres: genresOf(training),
    ...fitTags(training, leastListeners.tag),
    cooccurringArtists: cooccurrence.artists,
    ...fitAudio(training, itemFrequencies),
  }
}

/** Genres of the training listeners' artists, in byte order. */
function genresOf(training: Corpus): readonly string[] {
  const { genres, genreRows } = training.catalogue.artists
  const used = new Uint8Array(genres.length)
  for (const artist of new Set(artistCounts(training).indices))
    for (let p = genreRows.offsets[artist]!; p < genreRows.offsets[artist + 1]!; p++) used[genreRows.indices[p]!] = 1
  return genres.filter((_, genre) => used[genre])
}

/** The tags that enough training listeners use, and how they use them for artists. */
function fitTags(training: Corpus, least: number): Pick<Vocabulary, 'tags' | 'taggedArtists' | 'artistTags'> {
  const { tagged, catalogue } = training
  const users = catalogue.tags.map(() => new Set<number>())
  for (const [listener, artist, tag] of taggings(tagged)) if (artist >= 0) users[tag]!.add(listener)
  const rowOf = new Int32Array(catalogue.tags.length).fill(-1)
  const tags = catalogue.tags.filter((_, tag) => users[tag]!.size >= least)
  for (const [row, tag] of [...users.keys()].filter((tag) => users[tag]!.size >= least).entries()) rowOf[tag] = row

  const byArtist = new Map<number, Map<number, number>>()
  for (const [, artist, tag] of taggings(tagged)) {
    const row = rowOf[tag]!
    if (row < 0) continue
    const uses = byArtist.get(artist) ?? new Map<number, number>()
    byArtist.set(artist, uses.set(row, (uses.get(row) ?? 0) + 1))
  }
  const order = [...byArtist.keys()].sort((a, b) => a - b)
  const rows = new SparseRowsBuilder(tags.length)
  for (const artist of order) {
    const uses = [...byArtist.get(artist)!].sort((a, b) => a[0] - b[0])
    const sum = uses.reduce((total, [, n]) => total + n, 0)
    for (const [tag, n] of uses) rows.add(tag, n / sum)
    rows.endRow()
  }
  return {
    tags,
    taggedArtists: order.map((artist) => catalogue.artists.keys[artist]!),
    artistTags: bagsOf(rows.build()),
  }
}

function* taggings(tagged: Corpus['tagged']): Generator<readonly [listener: number, artist: number, tag: number]> {
  for (let listener = 0; listener + 1 < tagged.offsets.length; listener++)
    for (let p = tagged.offsets[listener]!; p < tagged.offsets[listener + 1]!; p++)
      yield [listener, tagged.artists[p]!, tagged.tags[p]!]
}

function bagsOf({ rows, offsets, indices, values }: SparseRows): Bags {
  return { rows, offsets, indices, weights: values }
}

/** Mean and deviation of each audio feature over the training listeners' tracks; 0 and 1 where it is never known. */
function fitAudio(training: Corpus, itemFrequencies: Uint32Array): Pick<Vocabulary, 'audioMean' | 'audioDeviation'> {
  const features = modelledAudio.length
  const audioMean = new Float32Array(features)
  const audioDeviation = new Float32Array(features).fill(1)
  const { audio } = training.catalogue.items
  for (let f = 0; f < features; f++) {
    let n = 0
    let mean = 0
    let squares = 0
    for (let item = 0; item < itemFrequencies.length; item++) {
      const value = audio[item * features + f]!
      if (itemFrequencies[item] === 0 || !Number.isFinite(value)) continue
      n++
      const delta = value - mean
      mean += delta / n
      squares += delta * (value - mean)
    }
    const deviation = Math.sqrt(squares / Math.max(1, n))
    if (n > 0 && Number.isFinite(Math.fround(mean))) audioMean[f] = mean
    if (deviation > 1e-9 && Number.isFinite(Math.fround(deviation))) audioDeviation[f] = deviation
  }
  return { audioMean, audioDeviation }
}
