import { test } from 'node:test'
import { createWorld } from '../world/world.ts'
import { defaultApp, type Mode, type Settings, someQuirks } from './settings.ts'
import { SpotifySimulator } from './simulator.ts'

export const world = createWorld({ seed: 5, listeners: 120 })
/** More odd things than usual, so that a few listeners show them all. */
export const quirks = { ...someQuirks, oddItems: 300, privatePlaylists: 300, collaborativePlaylists: 300 }

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into at many places
  readonly json: any
}

/** A running simulator that ends with the test file, and what a client would ask it. */
export async function start(settings: Partial<Settings> = {}) {
  let now = Date.UTC(2026, 10, 23, 12)
  const simulator = await new SpotifySimulator({ world, quirks, now: () => now, ...settings }).listen()
  test.after(() => simulator.close())
  const read = async (response: Response): Promise<Answered> => {
    const text = await response.text()
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {}
    return { status: response.status, headers: response.headers, text, json }
  }
  const token = (mode: Mode, person?: number, scopes: readonly string[] = []) =>
    simulator.tokens.access({
      app: settings.apps?.find((app) => app.mode === mode) ?? defaultApp(mode),
      scopes: new Set(scopes),
      ...(person !== undefined && { person: simulator.people.person(person) }),
    })
  const get = async (bearer: string, path: string, headers: Record<string, string> = {}) =>
    read(await fetch(`${simulator.hosts.api}${path}`, { headers: { authorization: `Bearer ${bearer}`, ...headers } }))
  const post = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
    read(
      await fetch(`${simulator.hosts.accounts}/api/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(form),
      }),
    )
  const visit = async (query: Record<string, string>) =>
    read(await fetch(`${simulator.hosts.accounts}/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' }))
  const advance = (ms: number) => {
    now += ms
  }
  return { simulator, token, get, post, visit, advance }
}

/** The first playlist that somebody made and that fits. */
export const find = (
  simulator: SpotifySimulator,
  wanted: Parameters<Array<ReturnType<typeof simulator.library.own>[0]>['find']>[0],
) =>
  Array.from({ length: 40 }, (_, i) => i)
    .flatMap((i) => simulator.library.own(i))
    .find(wanted as never)!
