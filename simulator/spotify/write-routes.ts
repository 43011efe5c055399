import { type Answer, failure } from './answer.ts'
import { type ApiRequest, everywhere, type Route } from './api-context.ts'

const mostUris = 100
const uri = /^spotify:track:(?<id>[0-9A-Za-z]{22})$/

export const writeRoutes: readonly Route[] = [
  { method: 'POST', path: '/me/playlists', closedTo: everywhere, scope: 'playlist-modify-private', answer: create },
  {
    method: 'POST',
    path: '/playlists/{id}/items',
    closedTo: everywhere,
    scope: 'playlist-modify-private',
    answer: add,
  },
]

function create({ body, library, grant, render }: ApiRequest): Answer {
  const { name } = (body ?? {}) as { name?: unknown }
  if (typeof name !== 'string' || name === '') return failure(400, 'Missing required field: name')
  return { status: 201, json: render.playlist(library.create(grant.person!, name)) }
}

function add({ body, params, library, grant, world }: ApiRequest): Answer {
  const { uris } = (body ?? {}) as { uris?: unknown }
  if (!Array.isArray(uris) || uris.length === 0) return failure(400, 'No uris provided')
  if (uris.length > mostUris) return failure(400, `You can add a maximum of ${mostUris} tracks per request.`)
  const found = library.playlist(params[0]!)
  if (!found || found.owner.id !== grant.person!.id) return failure(403, 'Forbidden')
  const ids = uris.map((each) => uri.exec(`${each}`)?.groups?.id)
  if (!ids.every((id) => id !== undefined && world.track(id) !== undefined)) return failure(400, 'Invalid track uri')
  library.append(found.id, ids as string[])
  return { status: 201, json: { snapshot_id: library.playlist(found.id)!.snapshot } }
}
