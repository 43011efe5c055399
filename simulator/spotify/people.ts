import { isOneOf, mixed } from '../world/chance.ts'
import type { World } from '../world/world.ts'
import type { Quirks } from './settings.ts'

export interface SimulatedPerson {
  readonly id: string
  readonly displayName: string | null
  /** Number of the listener; absent for Spotify itself and for people who left. */
  readonly listener?: number
}

/** The owner of Spotify's own playlists. */
export const spotifyItself: SimulatedPerson = { id: 'spotify', displayName: 'Spotify' }

/** The world's listeners as people with Spotify ids, in all the forms that ids have taken over the years. */
export class People {
  readonly #world: World
  readonly #quirks: Quirks
  readonly #numbers = new Map<string, number>()

  constructor(world: World, quirks: Quirks) {
    this.#world = world
    this.#quirks = quirks
    for (let i = 0; i < world.listeners; i++) this.#numbers.set(this.idOf(i), i)
  }

  get count(): number {
    return this.#world.listeners
  }

  idOf(i: number): string {
    const { name } = this.#world.listener(i)
    switch (mixed(this.#world.seed, 201, i) % 20) {
      case 0:
        return name.replaceAll('-', '_')
      case 1:
        return name.replaceAll('-', '.')
      case 2:
        return `${1_100_000_000 + i}`
      case 3:
        return randomId(this.#world.seed, i)
      case 4:
        return name.replaceAll(/(?:^|-)(?<letter>\w)/g, (_, letter: string) => letter.toUpperCase())
      case 5:
        return name.replaceAll('-', '+')
      case 6:
        return name.replaceAll('-', '#')
      case 7:
        return `${name.replaceAll('o', 'ö')}ñ`
      case 8:
        return `${name.replaceAll('-', ' ')}!`
      default:
        return name
    }
  }

  person(i: number): SimulatedPerson {
    const isNamed = !isOneOf(this.#quirks.unnamed, this.#world.seed, 202, i)
    return { id: this.idOf(i), displayName: isNamed ? this.#world.listener(i).name : null, listener: i }
  }

  /** Undefined for an id that nobody has. Old names are found whatever their case. */
  find(id: string): SimulatedPerson | undefined {
    if (id === spotifyItself.id) return spotifyItself
    const i = this.#numbers.get(id) ?? this.#numbers.get(id.toLowerCase())
    return i === undefined ? undefined : this.person(i)
  }

  /** Somebody who left: still an owner, but no longer found. */
  departed(i: number): SimulatedPerson {
    return { id: `left-${randomId(this.#world.seed, i).slice(0, 12)}`, displayName: null }
  }
}

/** 28 letters and digits, as new accounts have. */
function randomId(seed: number, i: number): string {
  const parts = [1, 2, 3, 4].map((salt) => mixed(seed, 203, i, salt).toString(36).padStart(7, '0').slice(-5))
  return `31${i.toString(36).padStart(6, '0')}${parts.join('')}`
}
