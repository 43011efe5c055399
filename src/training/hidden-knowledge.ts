import type { Catalogue, Corpus } from '../features/corpus.ts'
import { SparseRowsBuilder } from '../features/sparse-rows.ts'

/** What of a catalogue a model is not told. */
export type Hidden = 'names' | 'genres' | 'sound'

/**
 * The catalogue without some of what is known. Without names, every artist and track is one that no model has met, so
 * that only genres and sound describe it; who has the same items still has them.
 */
export function hide(catalogue: Catalogue, hidden: readonly Hidden[]): Catalogue {
  const { items, artists, tags } = catalogue
  // The same mark before every key, so that they stay in their order.
  const unknown = <T extends string>(key: T) => (hidden.includes('names') ? (`\u0002${key}` as T) : key)
  return {
    items: {
      keys: items.keys.map(unknown),
      tracks: items.tracks.map((key) => (key === undefined ? undefined : unknown(key))),
      credits: items.credits,
      audio: hidden.includes('sound') ? new Float32Array(items.audio.length).fill(Number.NaN) : items.audio,
    },
    artists: {
      ...artists,
      keys: artists.keys.map(unknown),
      genreRows: hidden.includes('genres') ? noRows(artists.genreRows) : artists.genreRows,
    },
    tags,
  }
}

/** The same listeners on another catalogue of the same items. */
export function on(catalogue: Catalogue, corpus: Corpus): Corpus {
  return { ...corpus, catalogue }
}

function noRows({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  const empty = new SparseRowsBuilder(columns)
  for (let row = 0; row < rows; row++) empty.endRow()
  return empty.build()
}
