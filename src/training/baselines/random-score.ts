import type { ListenerId } from '../../taste/listener-id.ts'
import { random } from '../../towers/random.ts'
import type { Scorer } from '../scorer.ts'
import { draw } from '../split.ts'

/** A score that knows nothing: seeded, and the same for the same two listeners in the same roles, whoever else is there. */
export function randomScore(seed: number): Scorer {
  return {
    name: 'random',
    prepare(queries, candidates) {
      const numbers = Uint32Array.from(candidates.listeners, (id) => number(id, 'candidate', seed))
      return (q, out) => {
        const salt = number(queries.listeners[q]!, 'query', seed)
        for (let c = 0; c < out.length; c++) out[c] = random(salt, numbers[c]!).uniform()
      }
    },
  }
}

function number(listener: ListenerId, role: string, seed: number): number {
  return draw(listener, `random ${role}`, seed) * 2 ** 32
}
