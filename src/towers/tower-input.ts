import type { Bags } from './engine.ts'

/** The views that are bags over a table, in the order in which the towers concatenate them. */
export const bagViews = ['id', 'genre', 'tag', 'cooccurrence', 'track'] as const
export type BagView = (typeof bagViews)[number]

export const views = [...bagViews, 'audio'] as const
export type View = (typeof views)[number]

/** Statistics of sound: the mean and the spread of ten features. */
export const audioColumns = 20

/** How listeners, or single items as listeners of one item, look to the network. Rows are listeners. */
export interface TowerInput {
  readonly rows: number
  /** One bag a row and view: weights of the rows of the view's table. */
  readonly bags: Readonly<Record<BagView, Bags>>
  /** [rows x 20]: means, then spreads, of the standardised audio features; zeros where `hasAudio` is 0. */
  readonly audio: Float32Array
  /** [rows]: 1 where enough tracks have audio features, else 0. */
  readonly hasAudio: Float32Array
}
