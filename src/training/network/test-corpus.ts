import type { Corpus } from '../../features/corpus.ts'
import { SparseRowsBuilder } from '../../features/sparse-rows.ts'
import { random } from '../../towers/random.ts'

const neighbourhoods = 10
const audioFeatures = 10

export interface TestCorpusOptions {
  readonly listeners: number
  readonly kind: 'artists' | 'tracks'
  readonly seed?: number
  readonly artists?: number
  /** Artists whom no listener has, among the others in the catalogue. */
  readonly strangers?: number
}

/**
 * Listeners of a made-up world of ten neighbourhoods, each with its genre, tag and sound; one artist in four has no
 * genre. For tests.
 */
export function testCorpus(options: TestCorpusOptions): Corpus {
  const { listeners, kind, seed = 1, artists = 120, strangers = 0 } = options
  const tracks = kind === 'tracks' ? 4 : 1 // of each artist
  const key = (n: number) => `name:${String(n).padStart(6, '0')}`
  const names = [
    ...Array.from({ length: artists }, (_, n) => ({ key: key(n), n })),
    ...Array.from({ length: strangers }, (_, n) => ({ key: `${key(n)}+`, n: -1 })),
  ].sort((a, b) => (a.key < b.key ? -1 : 1))
  const rowOf = new Map(names.map(({ n }, row) => [n, row]))
  const home = (n: number) => Math.floor((n * neighbourhoods) / artists)

  const credits = new SparseRowsBuilder(names.length)
  const genreRows = new SparseRowsBuilder(neighbourhoods)
  const keys: string[] = []
  const audio: number[] = []
  for (const [row, { key, n }] of names.entries()) {
    if (n >= 0 && n % 4 !== 3) genreRows.add(home(n), 1)
    genreRows.endRow()
    for (let t = 0; t < tracks; t++) {
      keys.push(kind === 'tracks' ? `${key} ${t}` : `artist ${key}`)
      credits.add(row, 1)
      credits.endRow()
      for (let f = 0; f < audioFeatures; f++)
        audio.push(kind === 'tracks' && n >= 0 ? Math.sin(home(n) * (f + 1)) + t / 10 : Number.NaN)
    }
  }

  const counts = new SparseRowsBuilder(keys.length)
  const tagged: (readonly [artist: number, tag: number])[] = []
  const offsets = [0]
  for (let listener = 0; listener < listeners; listener++) {
    const draws = random(seed, listener)
    const own = draws.below(neighbourhoods)
    const nearby = () => Math.floor(((own + draws.uniform()) * artists) / neighbourhoods)
    const row = new Map<number, number>()
    for (let i = 0; i < 40; i++) {
      const n = draws.uniform() < 0.8 ? nearby() : draws.below(artists)
      row.set(rowOf.get(n)! * tracks + draws.below(tracks), 1 + draws.below(50))
    }
    for (const [item, count] of [...row].sort((a, b) => a[0] - b[0])) counts.add(item, count)
    counts.endRow()
    tagged.push([rowOf.get(nearby())!, own])
    offsets.push(tagged.length)
  }
  return {
    catalogue: {
      items: {
        keys,
        tracks: keys.map((key) => (kind === 'tracks' ? key : undefined)),
        credits: credits.build(),
        audio: Float32Array.from(audio),
      },
      artists: {
        keys: names.map(({ key }) => key),
        names: names.map(({ key }) => key),
        genres: Array.from({ length: neighbourhoods }, (_, g) => `genre ${g}`),
        genreRows: genreRows.build(),
      },
      tags: Array.from({ length: neighbourhoods }, (_, t) => `tag ${t}`),
    },
    listeners: Array.from({ length: listeners }, (_, l) => `made-up:${String(l).padStart(6, '0')}`),
    sources: Array.from({ length: listeners }, () => 'made-up'),
    counts: counts.build(),
    tagged: {
      offsets: Uint32Array.from(offsets),
      artists: Uint32Array.from(tagged, ([artist]) => artist),
      tags: Uint32Array.from(tagged, ([, tag]) => tag),
    },
  }
}

/** Two corpora over the catalogue of both, the second's items and artists behind the first's. */
export function besideEachOther(a: Corpus, b: Corpus): Corpus {
  const [x, y] = [a.catalogue, b.catalogue]
  const [items, artists] = [x.items.keys.length, x.artists.keys.length]
  return {
    catalogue: {
      items: {
        keys: [...x.items.keys, ...y.items.keys],
        tracks: [...x.items.tracks, ...y.items.tracks],
        credits: joined(x.items.credits, y.items.credits, artists),
        audio: Float32Array.of(...x.items.audio, ...y.items.audio),
      },
      artists: {
        keys: [...x.artists.keys, ...y.artists.keys.map((key) => `${key}~`)],
        names: [...x.artists.names, ...y.artists.names],
        genres: x.artists.genres,
        genreRows: joined(x.artists.genreRows, y.artists.genreRows, 0),
      },
      tags: x.tags,
    },
    listeners: [...a.listeners, ...b.listeners.map((id) => `${id}~`)],
    sources: [...a.sources, ...b.sources],
    counts: joined(a.counts, b.counts, items),
    tagged: {
      offsets: Uint32Array.of(
        ...a.tagged.offsets,
        ...b.tagged.offsets.slice(1).map((o) => o + a.tagged.artists.length),
      ),
      artists: Uint32Array.of(...a.tagged.artists, ...b.tagged.artists.map((artist) => artist + artists)),
      tags: Uint32Array.of(...a.tagged.tags, ...b.tagged.tags),
    },
  }
}

function joined(a: Corpus['counts'], b: Corpus['counts'], shift: number): Corpus['counts'] {
  return {
    rows: a.rows + b.rows,
    columns: shift + b.columns,
    offsets: Uint32Array.of(...a.offsets, ...b.offsets.slice(1).map((offset) => offset + a.indices.length)),
    indices: Uint32Array.of(...a.indices, ...b.indices.map((index) => index + shift)),
    values: Float32Array.of(...a.values, ...b.values),
  }
}
