import { audioColumns, type BagView, bagViews, type View, views } from './tower-input.ts'

/** Sizes of the network. A view without a table is not there. */
export interface TowerShape {
  /** Rows and columns of each bag view's table. */
  readonly tables: Readonly<Partial<Record<BagView, readonly [rows: number, columns: number]>>>
  /** Columns of the audio view; 0: there is none. */
  readonly audio: number
  /** Columns of the residual block's hidden layer. */
  readonly hidden: number
  /** Columns of an embedding while training. */
  readonly output: number
}

/** Columns that each view contributes to the concatenation, in its order. */
export function viewColumns(shape: TowerShape): readonly { view: View; from: number; columns: number }[] {
  const present: { view: View; from: number; columns: number }[] = []
  let from = 0
  for (const view of views) {
    const columns = view === 'audio' ? shape.audio : (shape.tables[view]?.[1] ?? 0)
    if (columns > 0) present.push({ view, from, columns })
    from += columns
  }
  return present
}

/** Columns of the concatenated views, D. */
export function concatenatedColumns(shape: TowerShape): number {
  return viewColumns(shape).reduce((sum, { columns }) => sum + columns, 0)
}

/** Names and sizes of all parameters, in the order in which they are saved. */
export function parameterShapes(shape: TowerShape): ReadonlyMap<string, readonly [rows: number, columns: number]> {
  const D = concatenatedColumns(shape)
  const shapes = new Map<string, readonly [number, number]>()
  for (const view of bagViews) {
    const table = shape.tables[view]
    if (!table || table[1] === 0) continue
    shapes.set(`${view}.table`, table)
    if (view === 'cooccurrence') shapes.set('cooccurrence.projection', [table[1], table[1]])
    shapes.set(`${view}.gate`, [1, 1])
  }
  if (shape.audio > 0) {
    shapes.set('audio.weight', [audioColumns, shape.audio])
    shapes.set('audio.bias', [1, shape.audio])
    shapes.set('audio.gate', [1, 1])
  }
  shapes.set('listener.W', [D, shape.output])
  shapes.set('listener.W1', [D, shape.hidden])
  shapes.set('listener.b1', [1, shape.hidden])
  shapes.set('listener.W2', [shape.hidden, shape.output])
  shapes.set('listener.b2', [1, shape.output])
  shapes.set('item.W', [D, shape.output])
  return shapes
}

/** The co-occurrence vectors are learned beforehand and stay as they are. */
export function isFrozen(parameter: string): boolean {
  return parameter === 'cooccurrence.table'
}
