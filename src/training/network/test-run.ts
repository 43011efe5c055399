/**
 * A training run of a test, as a process that can be killed: writes a checkpoint after each step that takes long enough.
 *
 *     node test-run.ts CHECKPOINT
 */
import { createReferenceEngine } from '../../towers/engine/reference.ts'
import { networkPresets } from './configuration.ts'
import { type FittedNetwork, fitNetwork } from './fit.ts'
import { testCorpus } from './test-corpus.ts'

/** The reference engine is slow enough to be killed in the middle. */
export function testRun(checkpoint?: string): Promise<FittedNetwork> {
  return fitNetwork(testCorpus({ listeners: 120, kind: 'tracks' }), {
    configuration: {
      ...networkPresets.quick,
      columns: { id: 16, genre: 8, tag: 8, cooccurrence: 8, track: 8, audio: 4, hidden: 16, output: 16, stored: 8 },
      members: 2,
      leastListeners: { tag: 2, track: 2, cooccurrence: 2 },
      batch: 32,
      epochs: { artists: 0, tracks: 8 },
    },
    seed: 5,
    engine: createReferenceEngine({ precision: 'float32' }),
    checkpoint,
    checkpointInterval: 0,
  })
}

if (import.meta.main) await testRun(process.argv[2])
