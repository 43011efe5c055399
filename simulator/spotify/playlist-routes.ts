import { type Answer, failure, ok } from './answer.ts'
import { type ApiRequest, closedToNew, everywhere, type Route } from './api-context.ts'
import { parseFields, selectFields } from './fields.ts'
import type { LibraryPlaylist } from './library.ts'
import { asAnswer, isAnswer, pageOf } from './page.ts'
import { spotifyItself } from './people.ts'

const lists = { usual: 20, most: 50 }
/** Of contents, under the new path and the old one. */
const items = { usual: 20, most: 50 }
const tracks = { usual: 100, most: 100 }

export const playlistRoutes: readonly Route[] = [
  { path: '/users/{id}/playlists', closedTo: closedToNew, answer: playlistsOfUser },
  { path: '/me/playlists', closedTo: everywhere, scope: 'playlist-read-private', answer: ownPlaylists },
  { path: '/playlists/{id}', closedTo: everywhere, answer: playlist },
  { path: '/playlists/{id}/tracks', closedTo: closedToNew, answer: (request) => contents(request, 'tracks') },
  { path: '/playlists/{id}/items', closedTo: everywhere, answer: (request) => contents(request, 'items') },
]

function playlistsOfUser(request: ApiRequest): Answer {
  const person = request.people.find(request.params[0]!)
  const isOwn = person !== undefined && request.grant.person?.id === person.id
  // Also for somebody who does not exist: an empty list.
  const shown = person?.listener === undefined ? [] : request.library.shown(person.listener)
  return playlistList(
    request,
    isOwn ? shown.filter((one) => maySee(request, one)) : shown.filter(({ isPublic }) => isPublic),
  )
}

function ownPlaylists(request: ApiRequest): Answer {
  const { listener } = request.grant.person!
  return playlistList(
    request,
    request.library.shown(listener!).filter((one) => maySee(request, one)),
  )
}

function playlistList(request: ApiRequest, shown: readonly LibraryPlaylist[]): Answer {
  const isHidden = ({ owner }: LibraryPlaylist) => owner === spotifyItself && request.mode.startsWith('dev')
  const listed = request.switches.hiddenAsNull ? shown : shown.filter((one) => !isHidden(one))
  return asAnswer(pageOf(listed, request, lists, (one) => (isHidden(one) ? null : request.render.playlist(one))))
}

/** Public, or of the person who is signed in and allowed it. */
function maySee({ grant, library }: ApiRequest, one: LibraryPlaylist): boolean {
  if (one.isPublic && !one.collaborative) return true
  const belongs = grant.person !== undefined && library.isOwnerOrCollaborator(grant.person, one)
  if (one.collaborative) return one.isPublic || (belongs && grant.scopes.has('playlist-read-collaborative'))
  return belongs && grant.scopes.has('playlist-read-private')
}

/** The playlist of the path, or why not. */
function find(request: ApiRequest): LibraryPlaylist | Answer {
  const id = request.params[0]!
  if (!/^[0-9A-Za-z]{22}$/.test(id)) return failure(400, 'Invalid base62 id')
  const found = request.library.playlist(id)
  const isHidden = found?.owner === spotifyItself && request.mode.startsWith('dev')
  return found && !isHidden && maySee(request, found) ? found : failure(404, 'Resource not found')
}

function belongs({ grant, library }: ApiRequest, one: LibraryPlaylist): boolean {
  return grant.person !== undefined && library.isOwnerOrCollaborator(grant.person, one)
}

function playlist(request: ApiRequest): Answer {
  const found = find(request)
  if ('status' in found) return found
  const isOpen = request.mode !== 'dev_new' || belongs(request, found)
  const href = `${request.base}/playlists/${found.id}/${request.mode === 'dev_new' ? 'items' : 'tracks'}`
  const first = { href, query: new URLSearchParams() }
  const episodes = takesEpisodes(request)
  const page = isOpen
    ? pageOf(found.entries, first, tracks, (entry) => request.render.entry(entry, found.owner, episodes))
    : undefined
  return filtered(request, request.render.fullPlaylist(found, page as Record<string, unknown> | undefined))
}

function contents(request: ApiRequest, path: 'tracks' | 'items'): Answer {
  const found = find(request)
  if ('status' in found) return found
  const isRefused = path === 'items' && (request.mode === 'dev_new' || request.switches.itemsOfOthers === 403)
  if (isRefused && !belongs(request, found)) return failure(403, 'Forbidden')
  const episodes = takesEpisodes(request)
  const inMarket = request.query.has('market')
  // Older apps are led on under the old path, whichever they began with.
  const next = `${request.base}/playlists/${found.id}/${request.mode === 'dev_new' ? 'items' : 'tracks'}`
  const size = path === 'tracks' ? tracks : items
  const page = pageOf(
    found.entries,
    request,
    size,
    (entry) => {
      const rendered = request.render.entry(entry, found.owner, episodes)
      return inMarket && entry.kind === 'track' ? marked(request, rendered) : rendered
    },
    next,
  )
  return isAnswer(page) ? page : filtered(request, page)
}

function marked({ render }: ApiRequest, entry: Readonly<Record<string, unknown>>): unknown {
  const { item, track } = entry as { item?: Record<string, unknown>; track?: Record<string, unknown> }
  return { ...entry, ...(item && { item: render.inMarket(item) }), ...(track && { track: render.inMarket(track) }) }
}

function takesEpisodes({ query }: ApiRequest): boolean {
  return (query.get('additional_types') ?? '').split(',').includes('episode')
}

function filtered({ query }: ApiRequest, json: unknown): Answer {
  const fields = query.get('fields')
  return ok(fields ? selectFields(json, parseFields(fields)) : json)
}
