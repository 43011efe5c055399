import { type Bags, columnBlock, type Engine, type Matrix } from '../engine.ts'
import type { Pass } from '../pass.ts'
import { concatenatedColumns, type TowerShape, viewColumns } from '../shape.ts'
import { audioColumns, type TowerInput, type View } from '../tower-input.ts'
import { audioView } from './audio-view.ts'
import { bagView } from './bag-view.ts'
import { cooccurrenceView } from './cooccurrence-view.ts'

/** [rows] per view: 0 where the view is dropped from that row. */
export type ViewMasks = ReadonlyMap<View, Float32Array>

/**
 * The feature stack that both towers share: all views side by side, with dropout.
 *   h = Dropout([id | genre | tag | co-occurrence | track | audio])                                        h [R, D]
 */
export function concatenatedViews(
  pass: Pass,
  shape: TowerShape,
  input: TowerInput,
  masks: ViewMasks,
): { h: Matrix; backward(dH: Matrix): void } {
  const { engine } = pass
  const h = engine.scratch(input.rows, concatenatedColumns(shape)) // [R, D]
  const steps = viewColumns(shape).map(({ view, from, columns }) => {
    const backward = viewOf(pass, view, input, maskOf(engine, view, input, masks), columnBlock(h, from, columns))
    return (dH: Matrix) => backward(columnBlock(dH, from, columns))
  })
  const dropout = pass.dropout(0)
  if (dropout) engine.dropout(h, h, dropout)

  return {
    h,
    backward(dH) {
      if (dropout) engine.dropout(dH, dH, dropout)
      for (const step of steps) step(dH)
    },
  }
}

function viewOf(pass: Pass, view: View, input: TowerInput, mask: Matrix, out: Matrix): (dOut: Matrix) => void {
  const { engine } = pass
  if (view === 'audio') {
    const audio = engine.scratch(input.rows, audioColumns)
    audio.data.set(input.audio)
    return audioView(pass, audio, mask, out)
  }
  const bags = copied(engine, input.bags[view])
  return view === 'cooccurrence' ? cooccurrenceView(pass, bags, mask, out) : bagView(pass, view, bags, mask, out)
}

/** [R, 1]: 0 where the view is dropped or, for sound, unknown. */
function maskOf(engine: Engine, view: View, input: TowerInput, masks: ViewMasks): Matrix {
  const mask = engine.scratch(input.rows, 1)
  const kept = masks.get(view)
  for (let r = 0; r < input.rows; r++)
    mask.data[r] = (kept?.[r] ?? 1) * (view === 'audio' ? (input.hasAudio[r] as number) : 1)
  return mask
}

function copied(engine: Engine, bags: Bags): Bags {
  const copy = engine.bags(bags.rows, bags.indices.length)
  copy.offsets.set(bags.offsets)
  copy.indices.set(bags.indices)
  copy.weights.set(bags.weights)
  return copy
}
