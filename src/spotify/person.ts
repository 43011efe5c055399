import { path, type SpotifyClient } from './client.ts'
import { SpotifyError } from './errors.ts'
import { shown } from './link.ts'
import { PageCursor } from './pages.ts'
import { type PlaylistInfo, readPlaylistInfo } from './playlist-info.ts'
import { profileLink } from './profile-link.ts'
import { ReadingBooks } from './reading-report.ts'
import { asFields, asText } from './shape.ts'

/** Somebody on Spotify. */
export interface Person {
  /** As Spotify spells it. */
  readonly id: string
  /** As shown on the profile. */
  readonly name?: string
  readonly url: string
  /** Whether it is the person who is signed in: then private playlists can be read, and none of other people's. */
  readonly isSignedIn: boolean
}

/**
 * Who the profile belongs to: one request, or none for the person who is signed in once that is known.
 * @throws SpotifyError `not-found`, `development-only` ...
 */
export async function readPerson(
  client: SpotifyClient,
  id: string,
  books: ReadingBooks,
  signal?: AbortSignal,
): Promise<Person> {
  const me = client.signedIn ? await signedInPerson(client, books, signal) : undefined
  if (me?.id === id) return me
  const subject = `profile ${shown(id)}`
  const user = await askForOthers(client, subject, () => {
    books.requests++
    return client.get(path`/users/${id}`, { subject, signal })
  })
  return toPerson(user, id, false)
}

/** Whose playlists to ask for: no request, but for whoever is signed in once. The id is as it was given. @throws SpotifyError */
export async function personToAsk(
  client: SpotifyClient,
  id: string,
  books: ReadingBooks,
  signal?: AbortSignal,
): Promise<Person> {
  const me = client.signedIn ? await signedInPerson(client, books, signal) : undefined
  return me?.id === id ? me : { id, url: profileLink(id).url, isSignedIn: false }
}

/** The same person under the name that they show now, if any. */
export function namedAs({ name: _, ...person }: Person, name: string | undefined): Person {
  return { ...person, ...(name !== undefined && { name }) }
}

const signedIn = new WeakMap<SpotifyClient, Person>()

/** The person who is signed in. @throws SpotifyError */
export async function signedInPerson(
  client: SpotifyClient,
  books: { requests: number },
  signal?: AbortSignal,
): Promise<Person> {
  const known = signedIn.get(client)
  if (known) return known
  const subject = 'your own profile'
  books.requests++
  const me = await client.get('/me', { subject, signal })
  const id = asText(asFields(me)?.id)
  if (id === undefined) throw new SpotifyError('unexpected', { subject, said: 'no id' })
  const person = toPerson(me, id, true)
  signedIn.set(client, person)
  return person
}

function toPerson(user: unknown, asked: string, isSignedIn: boolean): Person {
  const fields = asFields(user)
  const id = asText(fields?.id) ?? asked
  const name = asText(fields?.display_name)?.trim()
  return { id, ...(name && { name }), url: profileLink(id).url, isSignedIn }
}

/** All playlists that the profile shows, in its order: one request for 50. @throws SpotifyError */
export async function listPlaylists(
  client: SpotifyClient,
  person: Person,
  books: ReadingBooks,
  signal?: AbortSignal,
): Promise<readonly PlaylistInfo[]> {
  const subject = `playlists of ${shown(person.id)}`
  const start = person.isSignedIn ? '/me/playlists' : path`/users/${person.id}/playlists`
  const cursor = new PageCursor(client, { path: start, subject })
  const playlists = new Map<string, PlaylistInfo>()
  let place = 0
  while (!cursor.finished) {
    books.requests++
    const ask = () => cursor.next(signal)
    const { items } = person.isSignedIn ? await ask() : await askForOthers(client, subject, ask)
    for (const value of items) {
      const playlist = readPlaylistInfo(value, person.id, place++)
      if (playlist === undefined) books.notRead(asText(asFields(value)?.name) ?? '', 'hidden')
      // A list that changes between two pages can show one twice.
      else if (!playlists.has(playlist.id)) {
        playlists.set(playlist.id, playlist)
        if (playlist.ownerId === 'spotify') await client.access.learn('spotify-playlists', true)
      }
    }
  }
  return [...playlists.values()]
}

/**
 * Names of the public playlists that a profile shows, its own ones only: whoever can put a text there owns the profile.
 * One request for 50. @throws SpotifyError
 */
export async function playlistTitles(
  client: SpotifyClient,
  id: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const person: Person = { id, url: profileLink(id).url, isSignedIn: false }
  const playlists = await listPlaylists(client, person, new ReadingBooks(), signal)
  return playlists.flatMap(({ name, relation }) => (relation === 'own' ? name : []))
}

/** Asks for what belongs to somebody who is not signed in, unless this app is known not to be told. */
async function askForOthers<T>(client: SpotifyClient, subject: string, ask: () => Promise<T>): Promise<T> {
  const { access } = client
  if (access.may('others') === false) throw new SpotifyError('development-only', { subject })
  try {
    const answer = await ask()
    await access.learn('others', true)
    return answer
  } catch (error) {
    if (!(error instanceof SpotifyError) || error.kind !== 'forbidden') throw error
    if (access.may('others') === undefined) await access.learn('others', false)
    throw new SpotifyError('development-only', { subject, status: 403, cause: error })
  }
}
