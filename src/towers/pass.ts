import type { Dropout, Engine } from './engine.ts'
import type { Gradients, Parameters } from './parameters.ts'

/** What every layer needs of one training step. */
export interface Pass {
  readonly engine: Engine
  readonly parameters: Parameters
  readonly gradients: Gradients
  /** The dropout numbered `stream` of this step; undefined: nothing is dropped. */
  readonly dropout: (stream: number) => Dropout | undefined
}
