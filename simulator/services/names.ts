import { normaliseName } from '../../src/taste/name.ts'
import type { SimulatedArtist, World } from '../world/world.ts'

/** Finds listeners and artists by name: those that are in somebody's playlists. */
export class NameIndex {
  readonly #world: World
  #listeners: ReadonlyMap<string, number> | undefined
  #artists: ReadonlyMap<string, readonly SimulatedArtist[]> | undefined

  constructor(world: World) {
    this.#world = world
  }

  /** Number of the listener. */
  listener(name: string): number | undefined {
    this.#listeners ??= new Map(
      Array.from({ length: this.#world.listeners }, (_, i) => [this.#world.listener(i).name, i] as const),
    )
    return this.#listeners.get(name.toLowerCase())
  }

  /** All artists of that name, however it is written. */
  artists(name: string): readonly SimulatedArtist[] {
    this.#artists ??= this.#collected()
    return this.#artists.get(normaliseName(name)) ?? []
  }

  #collected(): ReadonlyMap<string, readonly SimulatedArtist[]> {
    const byName = new Map<string, Map<string, SimulatedArtist>>()
    for (let i = 0; i < this.#world.listeners; i++)
      for (const { tracks } of this.#world.playlists(i))
        for (const { id } of tracks)
          for (const artist of this.#world.track(id)!.artists) {
            const name = normaliseName(artist.name)
            const same = byName.get(name) ?? new Map()
            byName.set(name, same.set(artist.id, artist))
          }
    return new Map([...byName].map(([name, same]) => [name, [...same.values()]]))
  }
}
