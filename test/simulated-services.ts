import { test } from 'node:test'
import {
  ServiceSimulator,
  type ServiceSimulatorSettings,
  type SimulatedService,
} from '../simulator/services/service-simulator.ts'
import { createWorld, type World } from '../simulator/world/world.ts'
import type { ServiceClientOptions } from '../src/services/service-client.ts'
import { Gate, type GateLimits } from '../src/spotify/gate.ts'
import { memoryPersistence, Secrets } from '../src/spotify/index.ts'
import { VirtualEnvironment } from '../src/spotify/virtual-environment.ts'

/** Simulated services and the real clients' surroundings, on one virtual clock. */
export interface SimulatedServices {
  readonly world: World
  readonly simulator: ServiceSimulator
  readonly environment: VirtualEnvironment
  /** What a client is opened with; each with a gate of its own. */
  options(service: SimulatedService, limits?: GateLimits): Promise<ServiceClientOptions>
}

export const openLimits: GateLimits = { perSecond: 10_000, burst: 1, concurrency: 4, perDay: Infinity }

/** Starts simulated services that end with the test file. */
export async function simulateServices(
  settings: Partial<ServiceSimulatorSettings> & { readonly listeners?: number } = {},
): Promise<SimulatedServices> {
  const { listeners = 8, ...more } = settings
  const world = more.world ?? createWorld({ seed: 7, listeners })
  const environment = new VirtualEnvironment((url, init) => fetch(url, init))
  const simulator = await new ServiceSimulator({ world, now: environment.now, ...more }).listen()
  test.after(() => simulator.close())
  return {
    world,
    simulator,
    environment,
    options: async (service, limits = openLimits) => ({
      address: simulator.addresses[service],
      gate: await Gate.open({ limits, environment, persistence: memoryPersistence(), account: service }),
      environment,
      secrets: new Secrets(),
    }),
  }
}
