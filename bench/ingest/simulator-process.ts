import { noQuirks } from '../../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../../simulator/spotify/simulator.ts'
import { uniform } from '../../simulator/world/uniform.ts'
import { createWorld } from '../../simulator/world/world.ts'
import type { SimulatorSays, SimulatorSettings } from './processes.ts'

/** A simulated Spotify in a process of its own, so that it is not measured as part of who reads it. */
const { seed, listeners, shape } = JSON.parse(process.argv[2]!) as SimulatorSettings
const world = uniform(createWorld({ seed, listeners }), shape)
const simulator = await new SpotifySimulator({ world, quirks: noQuirks }).listen()
const say = (message: SimulatorSays) => process.send!(message)
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  say({ cpu: (user + system) / 1000 })
})
process.once('disconnect', () => simulator.close())
say({ hosts: simulator.hosts })
