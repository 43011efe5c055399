import { type Answer, failure, ok } from './answer.ts'
import { type ApiRequest, closedToAllButOld, closedToNew, everywhere, type Route } from './api-context.ts'
import { trackWithId } from './objects.ts'
import { isAnswer, pageOf } from './page.ts'

export const catalogueRoutes: readonly Route[] = [
  {
    path: '/artists/{id}',
    closedTo: everywhere,
    answer: ({ params, world, render }) => one(params[0]!, (id) => found(world.artist(id), (it) => render.artist(it))),
  },
  {
    path: '/artists',
    closedTo: closedToNew,
    answer: (request) =>
      several(request, 'artists', 50, (id) => found(request.world.artist(id), (it) => request.render.artist(it))),
  },
  {
    path: '/tracks/{id}',
    closedTo: everywhere,
    answer: ({ params, world, render }) =>
      one(params[0]!, (id) => found(trackWithId(world, id), (it) => render.track(it))),
  },
  {
    path: '/tracks',
    closedTo: closedToNew,
    answer: (request) =>
      several(request, 'tracks', 50, (id) => found(trackWithId(request.world, id), (it) => request.render.track(it))),
  },
  {
    path: '/audio-features/{id}',
    closedTo: closedToAllButOld,
    answer: ({ params, world, render }) =>
      one(params[0]!, (id) => found(world.track(id), (it) => render.audioFeatures(it)), 'analysis not found'),
  },
  {
    path: '/audio-features',
    closedTo: closedToAllButOld,
    answer: (request) =>
      several(request, 'audio_features', 100, (id) =>
        found(request.world.track(id), (it) => request.render.audioFeatures(it)),
      ),
  },
  { path: '/search', closedTo: everywhere, answer: search },
]

/** What the real API has as well and this one does not simulate beyond refusing it. */
export const closedRoutes: readonly Route[] = [
  ...['/artists/{id}/related-artists', '/recommendations', '/audio-analysis/{id}', '/browse/featured-playlists'],
  ...['/artists/{id}/top-tracks', '/browse/new-releases', '/browse/categories', '/markets', '/albums'],
].map((path) => ({
  path,
  closedTo: ['extended', 'extended_pre2024', 'dev_legacy', 'dev_new'] as const,
  answer: () => failure(403, 'Forbidden'),
}))

function found<T>(thing: T | undefined, render: (thing: T) => unknown): unknown {
  return thing && render(thing)
}

function one(id: string, get: (id: string) => unknown, missing = 'Resource not found'): Answer {
  if (!/^[0-9A-Za-z]{22}$/.test(id)) return failure(400, 'Invalid base62 id')
  const thing = get(id)
  return thing === undefined ? failure(404, missing) : ok(thing)
}

/** In the order of the ids, repeated ones too, null for those that nothing has. */
function several({ query }: ApiRequest, name: string, most: number, get: (id: string) => unknown): Answer {
  const ids = (query.get('ids') ?? '').split(',').filter(Boolean)
  if (ids.length === 0 || ids.length > most)
    return failure(400, ids.length === 0 ? 'Missing required field: ids' : 'Too many ids requested')
  if (!ids.every((id) => /^[0-9A-Za-z]{22}$/.test(id))) return failure(400, 'Invalid base62 id')
  return ok({ [name]: ids.map((id) => get(id) ?? null) })
}

function search(request: ApiRequest): Answer {
  const { query, library, world, render, mode } = request
  const text = query.get('q') ?? ''
  const types = new Set((query.get('type') ?? '').split(','))
  if (text === '') return failure(400, 'No search query')
  const size = { ...(mode === 'dev_new' ? { usual: 5, most: 10 } : { usual: 20, most: 50 }), furthest: 1000 }
  const listeners = () => request.search.listeners(text)
  const seen = () => request.search.among(text, (i) => library.showsAny(i))
  const kinds: Readonly<Record<string, () => Record<string, unknown> | Answer>> = {
    playlist: () => pageOf(seen(), request, size, (i) => render.playlist(library.firstPublic(i)!)),
    artist: () => pageOf(listeners(), request, size, (i) => render.artist(mainTrack(request, i).artists[0]!)),
    track: () => pageOf(listeners(), request, size, (i) => render.track(world.track(mainTrack(request, i).id)!)),
  }
  const answers: Record<string, unknown> = {}
  for (const [kind, page] of Object.entries(kinds)) {
    if (!types.has(kind)) continue
    const answer = page()
    if (isAnswer(answer)) return answer
    answers[`${kind}s`] = answer
  }
  return Object.keys(answers).length > 0 ? ok(answers) : failure(400, 'Bad search type field')
}

function mainTrack({ library, world }: ApiRequest, i: number) {
  return world.track(library.own(i)[0]!.entries.find(({ kind }) => kind === 'track')!.id)!
}
