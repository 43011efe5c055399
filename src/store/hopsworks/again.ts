import { setTimeout as sleep } from 'node:timers/promises'
import { HopsworksError } from '../../hopsworks/index.ts'

/** Milliseconds. */
const usual = 10_000

/**
 * Tries work again that failed in a passing way, such as with a connection that broke. The client does so by itself only with
 * requests of which it knows that they may arrive twice; whoever calls this knows it of more.
 * @param retrying milliseconds after which a failure is the last one
 */
export async function again<T>(work: () => Promise<T>, retrying = usual): Promise<T> {
  const began = performance.now()
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() - began > retrying) throw error
      await sleep(pause(tries))
    }
  }
}

export const isPassing = (error: unknown): boolean => error instanceof HopsworksError && error.passing

/** Milliseconds before the next try. */
export const pause = (tries: number): number => 20 * (0.5 + Math.random()) * Math.min(50, 2 ** tries)
