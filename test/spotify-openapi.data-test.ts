import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import { quotaExceeded } from '../simulator/spotify/faults.ts'
import { type App, defaultApp, type Mode, modes, someQuirks } from '../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../simulator/spotify/simulator.ts'
import { createWorld } from '../simulator/world/world.ts'
import { deviations, isBeyondDescription } from './spotify-deviations.ts'

type Json = Readonly<Record<string, unknown>>

const file = new URL('../../shared/reference/spotify-openapi.yml', import.meta.url)
const description = byDiscriminator(parse(await readFile(file, 'utf8'))) as Json
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema(description, 'spotify')

/** Chooses between two alternatives by the value's type, so that only what is wrong with that one is told. */
function byDiscriminator(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byDiscriminator)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, byDiscriminator(field)]))
  if (!fields.discriminator) return fields
  const { oneOf, ...rest } = fields as Json & { readonly oneOf: readonly Json[] }
  const isSecond = { properties: { type: { enum: ['episode', 'track'].filter((type) => refersTo(oneOf[1]!, type)) } } }
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON schema
  return { ...rest, if: { type: 'object', ...isSecond }, then: oneOf[1], else: oneOf[0] }
}

function refersTo({ $ref }: Json, type: string): boolean {
  return `${$ref}`.toLowerCase().endsWith(`/${type}object`)
}

/** The value at a `#/...` reference. */
function resolve(reference: string): Json {
  const parts = reference
    .replace('#/', '')
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/'))
  return parts.reduce<Json>((value, part) => value[part] as Json, description)
}

function dereferenced(value: Json): Json {
  return typeof value.$ref === 'string' ? dereferenced(resolve(value.$ref)) : value
}

/** Reference to the schema of an answer; undefined where the description has none. */
function schemaOf(route: string, status: number): string | undefined {
  const responses = (((description.paths as Json)[route] as Json)?.get as Json)?.responses as Json
  let reference = `#/paths/${route.replaceAll('/', '~1')}/get/responses/${status}`
  let response = responses?.[status] as Json | undefined
  while (typeof response?.$ref === 'string') {
    reference = response.$ref
    response = resolve(reference)
  }
  const content = (response?.content as Json)?.['application/json'] as Json | undefined
  return content ? `${reference}/content/application~1json/schema` : undefined
}

const validators = new Map<string, ValidateFunction>()
function validatorOf(reference: string): ValidateFunction {
  const known = validators.get(reference) ?? ajv.compile({ $ref: `spotify${encodeURI(reference)}` })
  validators.set(reference, known)
  return known
}

/** What an answer says that the description does not know, by place. */
function undeclared(value: unknown, schema: Json, place = ''): readonly string[] {
  const { properties, items, anyObject } = flattened(schema, value)
  if (Array.isArray(value)) return items ? value.flatMap((element) => undeclared(element, items, `${place}/*`)) : []
  if (typeof value !== 'object' || value === null || anyObject) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const known = properties[name]
    if (known === undefined) return [`${place}: undeclared ${name}`]
    return undeclared(field, known as Json, `${place}/${name}`)
  })
}

/** A schema's own properties and those of all its parts; of alternatives, the one that is meant. */
function flattened(schema: Json, value: unknown): { properties: Json; items?: Json; anyObject: boolean } {
  const whole = dereferenced(schema)
  const meant = whole.if ? [(isFit(whole.if as Json, value) ? whole.then : whole.else) as Json] : []
  const parts = [...((whole.allOf as readonly Json[]) ?? []), ...meant].map((part) => flattened(part, value))
  const properties = Object.assign({}, ...parts.map((part) => part.properties), whole.properties)
  const items = (whole.items as Json | undefined) ?? parts.find((part) => part.items)?.items
  return { properties, ...(items && { items }), anyObject: Object.keys(properties).length === 0 }
}

function isFit(condition: Json, value: unknown): boolean {
  const { type } = condition.properties as { readonly type: { readonly enum: readonly unknown[] } }
  return type.enum.includes((value as Json | null)?.type)
}

const world = createWorld({ seed: 11, listeners: 60 })
const quirks = { ...someQuirks, oddItems: 300, collaborativePlaylists: 200, unnamed: 300, undatedPlaylists: 200 }
const scopes = new Set([
  ...['playlist-read-private', 'playlist-read-collaborative', 'user-top-read', 'user-library-read', 'user-read-email'],
  ...['user-read-recently-played', 'user-follow-read', 'user-read-private'],
])

/** Every kind of request, for one app: the route as the description names it, and the address. */
function requestsOf(simulator: SpotifySimulator): readonly (readonly [route: string, path: string])[] {
  const tracks = simulator.library.own(0).flatMap(({ entries }) => entries.map(({ id }) => id))
  const artists = tracks.map((id) => world.track(id)!.artists[0]!.id)
  const none = '0'.repeat(22)
  const person = encodeURIComponent(simulator.people.idOf(0))
  const playlists = Array.from({ length: 8 }, (_, i) => simulator.library.shown(i)).flat()
  return [
    ['/users/{user_id}', `/users/${person}`],
    ['/users/{user_id}', '/users/nobody'],
    ...Array.from({ length: 20 }, (_, i) => {
      return [
        '/users/{user_id}/playlists',
        `/users/${encodeURIComponent(simulator.people.idOf(i))}/playlists?limit=50`,
      ] as const
    }),
    ['/users/{user_id}/playlists', `/users/${person}/playlists?limit=51`],
    ['/me', '/me'],
    ['/me/playlists', '/me/playlists'],
    ['/me/top/{type}', '/me/top/artists'],
    ['/me/top/{type}', '/me/top/tracks?limit=5'],
    ['/me/tracks', '/me/tracks'],
    ['/me/following', '/me/following?type=artist&limit=5'],
    ['/me/following', '/me/following?type=artist&limit=50&after=x'],
    ['/me/library/contains', `/me/library/contains?uris=spotify:track:${tracks[0]}`],
    ['/me/player/recently-played', '/me/player/recently-played'],
    ['/me/player/recently-played', '/me/player/recently-played?after=9999999999999'],
    ...playlists.flatMap(({ id }) => [
      ['/playlists/{playlist_id}', `/playlists/${id}`] as const,
      ['/playlists/{playlist_id}/tracks', `/playlists/${id}/tracks?additional_types=track,episode`] as const,
      [
        '/playlists/{playlist_id}/items',
        `/playlists/${id}/items?additional_types=track,episode&market=SE&limit=50`,
      ] as const,
    ]),
    ['/playlists/{playlist_id}/items', '/playlists/short/items'],
    ['/artists/{id}', `/artists/${artists[0]}`],
    ['/artists/{id}', `/artists/${none}`],
    ['/artists', `/artists?ids=${[...artists.slice(0, 40), none]}`],
    ['/tracks/{id}', `/tracks/${tracks[0]}`],
    ['/tracks', `/tracks?ids=${[...tracks.slice(0, 40), none]}`],
    ['/audio-features/{id}', `/audio-features/${tracks.find((id) => world.audio(id))}`],
    ['/audio-features', `/audio-features?ids=${tracks.slice(0, 90)}`],
    ['/search', '/search?q=jazz&type=playlist,artist,track&limit=10'],
  ]
}

interface Reader {
  readonly what: string
  readonly app: App
  readonly signedIn: boolean
}

const readers: readonly Reader[] = [
  ...modes.flatMap((mode: Mode) => [true, false].map((signedIn) => ({ what: mode, app: defaultApp(mode), signedIn }))),
  { what: 'not registered', app: { ...defaultApp('dev_new'), clientId: 'closed', users: ['x'] }, signedIn: true },
  { what: 'no premium', app: { ...defaultApp('dev_new'), clientId: 'unpaid', premium: false }, signedIn: true },
]

test('every answer is as described, but for what is listed', async () => {
  const apps = readers.map(({ app }) => app)
  const simulator = await new SpotifySimulator({ world, quirks, apps }).listen()
  simulator.scripted.add(/top/, 1, { kind: 'answer', answer: quotaExceeded(3600), name: 'quota' })
  const seen = new Set<string>()
  const statuses = new Map<number, number>()
  try {
    for (const { app, signedIn } of readers) {
      const bearer = simulator.tokens.access({ app, scopes, ...(signedIn && { person: simulator.people.person(0) }) })
      for (const [route, path] of requestsOf(simulator)) {
        const response = await fetch(`${simulator.hosts.api}${path}`, {
          headers: { authorization: `Bearer ${bearer}` },
        })
        const { status } = response
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        const text = await response.text()
        for (const line of differences(route, status, text)) seen.add(`GET ${route} ${status} ${line}`)
      }
    }
  } finally {
    await simulator.close()
  }
  for (const status of [200, 400, 401, 403, 404, 429]) assert.ok(statuses.has(status), `${status}`)
  const unexplained = [...seen].filter((line) => !deviations.some(({ at }) => at.test(line)))
  assert.deepEqual(unexplained, [])
  const stale = deviations.filter(({ at }) => ![...seen].some((line) => at.test(line)))
  assert.deepEqual(stale, [])
})

function differences(route: string, status: number, text: string): readonly string[] {
  let json: unknown
  try {
    const isDescribed = (value: unknown) => !isBeyondDescription(value)
    json = JSON.parse(text, (_, value) => (Array.isArray(value) ? value.filter(isDescribed) : value))
  } catch {
    return [': not JSON']
  }
  // A status that is not described for this route has the form of the described ones.
  const reference = schemaOf(route, status) ?? '#/components/responses/Forbidden/content/application~1json/schema'
  const validate = validatorOf(reference)
  validate(json)
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if')
  const wrong = errors.map(({ instancePath, keyword, params }) => {
    const place = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*')
    return keyword === 'required' ? `${place}/${params.missingProperty}: required` : `${place}: ${keyword}`
  })
  const schema = reference
    .split('/')
    .slice(1)
    .reduce<Json>((value, part) => value[part.replaceAll('~1', '/')] as Json, description)
  return [...wrong, ...undeclared(json, schema)]
}
