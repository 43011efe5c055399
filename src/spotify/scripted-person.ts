import { collectProfile } from './collected-profile.ts'
import { ProfileReading, type ReadProfileOptions } from './profile-reader.ts'
import { pageOf, type Script, scriptedClient } from './scripted-spotify.ts'

/** Answers of a Spotify with one person, for tests of reading profiles. */
export const idOf = (number: number) => `${number}`.padStart(22, '0')
export const entry = (number: number, more: object = {}) => ({
  added_at: '2024-05-06T07:08:09Z',
  is_local: false,
  track: {
    id: idOf(number),
    type: 'track',
    name: `Song ${number}`,
    artists: [{ id: idOf(number % 50), name: `Artist ${number % 50}` }],
    ...more,
  },
})
export const entries = (from: number, count: number) => Array.from({ length: count }, (_, at) => entry(from + at))
export const playlist = (number: number, total: number, more: object = {}) => ({
  id: idOf(number),
  name: `List ${number}`,
  owner: { id: 'smedjan', display_name: 'Smedjan' },
  snapshot_id: `snapshot-${number}`,
  collaborative: false,
  tracks: { total },
  ...more,
})

export interface ScriptedPerson {
  readonly playlists: unknown[]
  readonly contents: Readonly<Record<string, readonly unknown[]>>
  /** Overrides an answer. */
  readonly answer?: Script
}

export const everybody =
  (world: ScriptedPerson): Script =>
  (path, query) => {
    const special = world.answer?.(path, query)
    if (special !== undefined) return special
    if (path === '/users/smedjan') return { id: 'smedjan', display_name: 'Smedjan' }
    if (path === '/users/smedjan/playlists') return pageOf(world.playlists, path, query)
    const [, id] = /^\/playlists\/(\w+)\/tracks$/.exec(path) ?? []
    return id && world.contents[id] ? pageOf(world.contents[id], path, query) : undefined
  }

export async function read(
  world: ScriptedPerson,
  options: ReadProfileOptions = {},
  scripted: Parameters<typeof scriptedClient>[1] = {},
) {
  const { client, asked } = await scriptedClient(everybody(world), scripted)
  const profile = await collectProfile(new ProfileReading(client, 'smedjan', options))
  return { profile, asked, client }
}
