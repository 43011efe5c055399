import type { SimulatedArtist, SimulatedTrack } from '../world/world.ts'
import { type Answer, failure, ok } from './answer.ts'
import { type ApiRequest, closedToNew, everywhere, type Route } from './api-context.ts'
import { asAnswer, pageOf, placeOf } from './page.ts'

const lists = { usual: 20, most: 50 }
/** Top lists and the last plays end here. */
const shortList = 50

export const personRoutes: readonly Route[] = [
  { path: '/users/{id}', closedTo: closedToNew, answer: user },
  {
    path: '/me',
    closedTo: everywhere,
    scope: '',
    answer: ({ grant, render }) => ok(render.me(grant.person!, grant.scopes)),
  },
  { path: '/me/top/{type}', closedTo: everywhere, scope: 'user-top-read', answer: top },
  { path: '/me/tracks', closedTo: everywhere, scope: 'user-library-read', answer: savedTracks },
  { path: '/me/following', closedTo: everywhere, scope: 'user-follow-read', answer: following },
  { path: '/me/library/contains', closedTo: everywhere, scope: 'user-library-read', answer: contains },
  {
    path: '/me/player/recently-played',
    closedTo: everywhere,
    scope: 'user-read-recently-played',
    answer: recentlyPlayed,
  },
]

function user({ people, params, render }: ApiRequest): Answer {
  const person = people.find(params[0]!)
  return person ? ok(render.user(person)) : failure(404, 'No such user')
}

/** What the person has in playlists, each once, the most recently added first. */
function savedOf({ library, world, grant }: ApiRequest): readonly { track: SimulatedTrack; addedAt: number }[] {
  const saved = new Map<string, number>()
  for (const { entries } of library.own(grant.person!.listener!))
    for (const { kind, id, addedAt } of entries)
      if (kind === 'track') saved.set(id, Math.max(saved.get(id) ?? 0, addedAt ?? 0))
  return [...saved].sort(([, a], [, b]) => b - a).map(([id, addedAt]) => ({ track: world.track(id)!, addedAt }))
}

function artistsOf(request: ApiRequest): readonly SimulatedArtist[] {
  const counts = new Map<string, { artist: SimulatedArtist; count: number }>()
  for (const { track } of savedOf(request))
    for (const artist of track.artists) {
      const { count } = counts.get(artist.id) ?? { count: 0 }
      counts.set(artist.id, { artist, count: count + 1 })
    }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ artist }) => artist)
}

function top(request: ApiRequest): Answer {
  const { render, params } = request
  if (!/^(?:short|medium|long)_term$/.test(request.query.get('time_range') ?? 'medium_term'))
    return failure(400, 'Invalid time range')
  if (params[0] === 'artists')
    return asAnswer(pageOf(artistsOf(request).slice(0, shortList), request, lists, (artist) => render.artist(artist)))
  if (params[0] !== 'tracks') return failure(404, 'Service not found')
  return asAnswer(pageOf(savedOf(request).slice(0, shortList), request, lists, ({ track }) => render.track(track)))
}

function savedTracks(request: ApiRequest): Answer {
  return asAnswer(
    pageOf(savedOf(request), request, lists, ({ track, addedAt }) => ({
      added_at: timeOf(addedAt),
      track: request.render.track(track),
    })),
  )
}

function following(request: ApiRequest): Answer {
  const { query, href, render } = request
  if (query.get('type') !== 'artist') return failure(400, 'Invalid type')
  const place = placeOf(query, lists)
  if ('status' in place) return place
  const artists = artistsOf(request)
  const after = artists.findIndex(({ id }) => id === query.get('after'))
  const items = artists.slice(after + 1, after + 1 + place.limit)
  const last = after + 1 + place.limit < artists.length ? items.at(-1)!.id : null
  return ok({
    artists: {
      href: `${href}?${query}`,
      items: items.map((artist) => render.artist(artist)),
      limit: place.limit,
      next: last === null ? null : `${href}?type=artist&after=${last}&limit=${place.limit}`,
      cursors: { after: last },
      total: artists.length,
    },
  })
}

function contains(request: ApiRequest): Answer {
  const uris = (request.query.get('uris') ?? '').split(',').filter(Boolean)
  if (uris.length === 0 || uris.length > 40) return failure(400, 'Invalid number of uris')
  const saved = new Set(savedOf(request).map(({ track }) => `spotify:track:${track.id}`))
  return ok(uris.map((uri) => saved.has(uri)))
}

function recentlyPlayed(request: ApiRequest): Answer {
  const { query, href, render } = request
  if (query.has('after') && query.has('before')) return failure(400, 'Only one of after and before')
  const place = placeOf(query, lists)
  if ('status' in place) return place
  const [after, before] = [Number(query.get('after') ?? 0), Number(query.get('before') ?? Number.POSITIVE_INFINITY)]
  const plays = savedOf(request).slice(0, shortList)
  const inside = plays.filter(({ addedAt }) => addedAt * 1000 > after && addedAt * 1000 < before)
  const items = inside.slice(0, place.limit)
  const [first, last] = [items[0], items.at(-1)]
  return ok({
    href: `${href}?${query}`,
    items: items.map(({ track, addedAt }) => ({
      track: render.track(track),
      played_at: timeOf(addedAt),
      context: null,
    })),
    limit: place.limit,
    next: last && items.length < inside.length ? `${href}?before=${last.addedAt * 1000}&limit=${place.limit}` : null,
    cursors: first && last ? { after: `${first.addedAt * 1000}`, before: `${last.addedAt * 1000}` } : null,
  })
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
