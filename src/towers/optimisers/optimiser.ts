import type { Engine, Matrix } from '../engine.ts'
import type { Gradients, Parameters } from '../parameters.ts'

/** What an optimiser remembers, by name: matrices that are saved and restored as they are. */
export type OptimiserState = ReadonlyMap<string, Matrix>

/** An optimiser as two functions. All that it knows between updates is in its state. */
export interface Optimiser {
  init(engine: Engine, parameters: Parameters): OptimiserState
  /** Moves the parameters and the state, in place. `step` is 1 at the first update, `rate` the learning rate at it. */
  update(
    engine: Engine,
    parameters: Parameters,
    gradients: Gradients,
    state: OptimiserState,
    at: { readonly step: number; readonly rate: number },
  ): void
}
