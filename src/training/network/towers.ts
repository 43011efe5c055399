import type { Catalogue, Corpus } from '../../features/corpus.ts'
import { TowerInputs } from '../../features/tower-inputs.ts'
import { Embedder } from '../../towers/inference.ts'
import { indexVocabulary, type Vocabulary, type VocabularyIndex } from '../../towers/vocabulary.ts'
import { describeListeners } from './describe-listeners.ts'
import type { SavedNetwork } from './model-file.ts'

/** Listeners described at a time. */
const chunk = 1024

/** The trained towers, ready to embed the listeners and items of any corpus. */
export class Towers {
  /** D: numbers in an embedding. */
  readonly dimensions: number
  readonly #vocabulary: VocabularyIndex
  readonly #embedder: Embedder

  constructor({
    shape,
    vocabulary,
    values,
    projection,
  }: Pick<SavedNetwork, 'shape' | 'vocabulary' | 'values' | 'projection'>) {
    this.#vocabulary = isIndexed(vocabulary) ? vocabulary : indexVocabulary(vocabulary)
    this.#embedder = new Embedder(shape, values, projection)
    this.dimensions = this.#embedder.dimensions
  }

  /** [listeners x D]: rows of unit length, or of zeros where nothing about a listener is known. */
  embed(corpus: Corpus): Float32Array {
    const out = new Float32Array(corpus.listeners.length * this.dimensions)
    let at = 0
    for (const input of describeListeners(corpus, this.#vocabulary, chunk)) {
      const rows = this.#embedder.embedListeners(input)
      out.set(rows, at)
      at += rows.length
    }
    return out
  }

  /** [items x D]: where items of a catalogue lie; the cosine with a listener says how well an item would fit. */
  embedItems(catalogue: Catalogue, items: ArrayLike<number>): Float32Array {
    const inputs = new TowerInputs(catalogue, this.#vocabulary)
    for (let i = 0; i < items.length; i++) inputs.addItems([items[i]!], [1])
    return this.#embedder.embedItems(inputs.take())
  }

  /** [artists x D]: the same for artists. */
  embedArtists(catalogue: Catalogue, artists: ArrayLike<number>): Float32Array {
    const inputs = new TowerInputs(catalogue, this.#vocabulary)
    for (let i = 0; i < artists.length; i++) inputs.addArtist(artists[i]!)
    return this.#embedder.embedItems(inputs.take())
  }
}

function isIndexed(vocabulary: Vocabulary): vocabulary is VocabularyIndex {
  return 'artist' in vocabulary
}
