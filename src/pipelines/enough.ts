import { buildCorpora } from '../features/build-corpus.ts'
import { lookupsFor, looseRow } from '../features/load.ts'
import type { FeatureStore } from '../store/feature-store.ts'
import type { ModelRegistry } from '../store/model-registry.ts'
import type { Item } from '../taste/item.ts'
import { normaliseName } from '../taste/name.ts'
import { openModel } from '../training/open-model.ts'

/** Where somebody's taste lies, as far as these items tell: of unit length, or zero. */
export type EmbedItems = (items: readonly Item[]) => Promise<Float32Array>

/** How much of a profile is read where requests are scarce. */
export interface ReadingLimits {
  /** Requests for one profile, besides genres and audio features. */
  readonly most: number
  /** A page that moves the embedding by less (one minus the cosine) tells nothing new. */
  readonly still: number
  /** So many pages in a row must tell nothing new. */
  readonly pages: number
}

/** Measured by `npm run bench -- ingest`. */
export const readingLimits: ReadingLimits = { most: 40, still: 0.03, pages: 2 }

/**
 * Embeds with the promoted model; without one, with a stand-in: each artist counts at one of 4,096 places that a hash
 * gives them (Weinberger et al. 2009), by the logarithm of how many tracks there are.
 */
export async function itemsEmbedder(store: FeatureStore, registry: ModelRegistry): Promise<EmbedItems> {
  if (!(await registry.promoted())) return embedByArtists
  const { model } = await openModel(registry)
  const lookups = lookupsFor(store, 'match')
  return async (items) => {
    const [corpus] = await buildCorpora([[await looseRow(store, { id: 'reading:now', items })]], lookups)
    return unit(model.embed(corpus!))
  }
}

const places = 4096

/** The stand-in of `itemsEmbedder`. */
export const embedByArtists: EmbedItems = async (items) => {
  const counts = new Map<string, number>()
  for (const { artists, artistIds } of items)
    artists.forEach((name, at) => {
      const artist = artistIds?.[at]?.spotify ?? normaliseName(name)
      counts.set(artist, (counts.get(artist) ?? 0) + 1)
    })
  const vector = new Float32Array(places)
  for (const [artist, count] of counts) vector[placeOf(artist)]! += Math.log1p(count)
  return unit(vector)
}

/** FNV-1a. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % places
}

/** Says when enough of one profile was read. */
export class Enough {
  readonly #embed: EmbedItems
  readonly #limits: ReadingLimits
  readonly #items: Item[]
  #vector: Float32Array | undefined
  #still = 0

  /** @param known items that are known of the person already */
  constructor(embed: EmbedItems, limits: ReadingLimits, known: Iterable<Item> = []) {
    this.#embed = embed
    this.#limits = limits
    this.#items = [...known]
  }

  /**
   * To be asked after each page.
   * @param requests sent for this profile so far
   */
  async after(page: readonly Item[], requests: number): Promise<boolean> {
    const before = this.#vector ?? (this.#items.length > 0 ? await this.#embed(this.#items) : undefined)
    this.#items.push(...page)
    this.#vector = await this.#embed(this.#items)
    const moved = before ? 1 - dot(before, this.#vector) : 1
    this.#still = moved < this.#limits.still ? this.#still + 1 : 0
    return this.#still >= this.#limits.pages || requests >= this.#limits.most
  }
}

/** The cosine of two embeddings. */
export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0)
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector))
  return length > 0 ? vector.map((value) => value / length) : vector
}
