/** The one server that all of these tests ask, as browsers do. */
import { simulatedWorld } from '../server-fixture.ts'
import { itemsOf } from '../simulated-spotify.ts'

export const world = await simulatedWorld(40)
export const { simulator } = world
export const server = await world.open({ schedule: '0 4 * * *' })
/** Where the browser is, so that sign-ins know where to come back to. */
export const base = (await server.listen()).url!

/** What a simulated listener would bring from elsewhere. */
export function itemsFrom(listener: number) {
  return simulator.library.own(listener).flatMap((playlist) => itemsOf(world.people, playlist))
}
