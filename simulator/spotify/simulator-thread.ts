import { parentPort, workerData } from 'node:worker_threads'
import { type Shape, uniform } from '../world/uniform.ts'
import { createWorld } from '../world/world.ts'
import type { Limits, Quirks } from './settings.ts'
import { SpotifySimulator } from './simulator.ts'

/** What a simulator in a thread is made from; the rest is as usual. */
export interface BackgroundSettings {
  readonly seed: number
  readonly listeners: number
  /** Equally much for each listener. Default: as the world has it. */
  readonly shape?: Shape
  readonly quirks?: Quirks
  readonly limits?: Limits
}

/** What the thread tells once it listens: addresses of the API, with its version, and of the sign-in host. */
export type Hosts = SpotifySimulator['hosts']

/** Serves until any message comes. */
const { seed, listeners, shape, ...settings } = workerData as BackgroundSettings
const port = parentPort as NonNullable<typeof parentPort>
const made = createWorld({ seed, listeners })
const world = shape ? uniform(made, shape) : made
const simulator = await new SpotifySimulator({ world, ...settings }).listen()
port.once('message', () => simulator.close())
port.postMessage(simulator.hosts satisfies Hosts)
