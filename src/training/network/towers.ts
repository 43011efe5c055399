import type { Catalogue, Corpus } from '../../features/corpus.ts'
import { denseDots } from '../../features/scorers.ts'
import { TowerInputs } from '../../features/tower-inputs.ts'
import { Embedder } from '../../towers/inference.ts'
import { viewColumns } from '../../towers/shape.ts'
import type { View } from '../../towers/tower-input.ts'
import { indexVocabulary, type Vocabulary, type VocabularyIndex } from '../../towers/vocabulary.ts'
import { describeListeners } from './describe-listeners.ts'
import type { SavedNetwork } from './model-file.ts'

/** Listeners described at a time. */
const chunk = 1024

/** What of a saved network its embeddings depend on. */
export type TrainedTowers = Pick<SavedNetwork, 'shape' | 'vocabulary' | 'members' | 'itemTau'> & {
  /** None: the members' outputs stand side by side, as wide as in training. */
  readonly projection?: Float32Array
}

/** The trained towers, ready to embed the listeners and items of any corpus. */
export class Towers {
  /** D: numbers in an embedding. */
  readonly dimensions: number
  readonly #vocabulary: VocabularyIndex
  readonly #embedder: Embedder
  readonly #itemTau: number
  readonly views: readonly View[]

  constructor({ shape, vocabulary, members, projection, itemTau }: TrainedTowers) {
    this.#itemTau = itemTau
    this.#vocabulary = isIndexed(vocabulary) ? vocabulary : indexVocabulary(vocabulary)
    this.#embedder = new Embedder(shape, members, projection)
    this.dimensions = this.#embedder.dimensions
    this.views = viewColumns(shape).map(({ view }) => view)
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

  /** [listeners x D]: what `embed` brings to unit length. */
  outputs(corpus: Corpus): Float32Array {
    const out = new Float32Array(corpus.listeners.length * this.dimensions)
    let at = 0
    for (const input of describeListeners(corpus, this.#vocabulary, chunk)) {
      const rows = this.#embedder.outputs(input)
      out.set(rows, at)
      at += rows.length
    }
    return out
  }

  /** [2^views] of [listeners x D]: embeddings by each subset of the views, see `matching/pair-score.ts`. */
  embedByViews(corpus: Corpus): readonly Float32Array[] {
    const inputs = [...describeListeners(corpus, this.#vocabulary)]
    if (!inputs[0]) return Array.from({ length: 2 ** this.views.length }, () => new Float32Array())
    return this.#embedder.embedListenersByViews(inputs[0])
  }

  /** [items x D]: where items of a catalogue lie, in the same space. */
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

  /**
   * [listeners x artists]: how likely it is that a listener hears an artist, as a logarithm up to a constant of the
   * listener: z·v / tau + log q. The network learned the first term (how much likelier than with anybody), because L_item
   * takes off log q, how often the artist is met anyway.
   */
  artistScores(corpus: Corpus, artists: ArrayLike<number>): Float32Array {
    const { artist: rowOf, artistFrequencies } = this.#vocabulary
    const z = this.embed(corpus)
    const v = this.embedArtists(corpus.catalogue, artists)
    const logQ = Float64Array.from(artists, (artist) => {
      const row = rowOf.get(corpus.catalogue.artists.keys[artist]!)
      return Math.log(row === undefined ? 0.5 : artistFrequencies[row]!)
    })
    const scores = new Float32Array(corpus.listeners.length * artists.length)
    for (let r = 0; r < corpus.listeners.length; r++) {
      const row = scores.subarray(r * artists.length, (r + 1) * artists.length)
      denseDots(z, r, v, this.dimensions, row)
      for (let a = 0; a < row.length; a++) row[a] = row[a]! / this.#itemTau + logQ[a]!
    }
    return scores
  }
}

function isIndexed(vocabulary: Vocabulary): vocabulary is VocabularyIndex {
  return 'artist' in vocabulary
}
