import { type AudioFeatures, audioFeatureNames } from '../taste/audio-features.ts'
import { path, type SpotifyClient } from './client.ts'
import { SpotifyError } from './errors.ts'
import { isCatalogueId } from './link.ts'
import { asFields, asList, asNumber, asText, type Fields } from './shape.ts'

/** Track ids in one request for audio features. */
export const featuresBatch = 100
/** Artist ids in one request. */
export const artistsBatch = 50

export interface CatalogueOptions {
  readonly signal?: AbortSignal
}

export interface TrackFeatures {
  /** Spotify track id. */
  readonly id: string
  /** Absent when Spotify has none for the track. */
  readonly audio?: AudioFeatures
}

export interface ArtistFacts {
  /** Spotify artist id. */
  readonly id: string
  /** Absent when Spotify knows no such artist. */
  readonly name?: string
  /** Empty for an artist that nobody classified; absent when this app isn't told. */
  readonly genres?: readonly string[]
}

/**
 * Audio features of tracks, 100 a request, each id asked for once. Yields an answer for every well-formed id, in order.
 * @throws SpotifyError `forbidden` when this app may not have them, which holds for all made since 2024-11-27; then
 *   without a request, once that is known.
 */
export async function* readAudioFeatures(
  client: SpotifyClient,
  ids: Iterable<string>,
  { signal }: CatalogueOptions = {},
): AsyncGenerator<readonly TrackFeatures[], void> {
  const subject = 'audio features'
  const { access } = client
  for (const batch of batches(ids, featuresBatch)) {
    if (access.may('audio-features') === false) throw new SpotifyError('forbidden', { subject })
    let json: unknown
    try {
      json = await client.get('/audio-features', { query: { ids: batch.join(',') }, subject, signal })
    } catch (error) {
      if (error instanceof SpotifyError && error.kind === 'forbidden') await access.learn('audio-features', false)
      throw error
    }
    await access.learn('audio-features', true)
    const found = byPlace(asFields(json)?.audio_features, batch)
    yield batch.map((id) => {
      const audio = readFeatures(found.get(id))
      return audio ? { id, audio } : { id }
    })
  }
}

/**
 * Facts about artists, 50 a request, each id asked for once; one by one where this app may not ask for several. Yields
 * an answer for every well-formed id, in order.
 * @throws SpotifyError
 */
export async function* readArtists(
  client: SpotifyClient,
  ids: Iterable<string>,
  { signal }: CatalogueOptions = {},
): AsyncGenerator<readonly ArtistFacts[], void> {
  for (const batch of batches(ids, artistsBatch)) {
    const several = await readSeveral(client, batch, signal)
    if (several) yield several
    else for (const id of batch) yield [await readOne(client, id, signal)]
  }
}

/** Undefined when this app may not ask for several. */
async function readSeveral(
  client: SpotifyClient,
  batch: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ArtistFacts[] | undefined> {
  const { access } = client
  if (access.may('batches') === false) return undefined
  try {
    const json = await client.get('/artists', { query: { ids: batch.join(',') }, subject: 'artists', signal })
    await access.learn('batches', true)
    const found = byPlace(asFields(json)?.artists, batch)
    return batch.map((id) => readFacts(id, found.get(id)))
  } catch (error) {
    if (!(error instanceof SpotifyError) || error.kind !== 'forbidden') throw error
    await access.learn('batches', false)
    return undefined
  }
}

async function readOne(client: SpotifyClient, id: string, signal: AbortSignal | undefined): Promise<ArtistFacts> {
  try {
    return readFacts(id, asFields(await client.get(path`/artists/${id}`, { subject: `artist ${id}`, signal })))
  } catch (error) {
    if (error instanceof SpotifyError && (error.kind === 'not-found' || error.kind === 'bad-id')) return { id }
    throw error
  }
}

/** Full batches of different ids. What can't be an id would fail a whole batch, and is left out. */
function* batches(ids: Iterable<string>, size: number): Generator<readonly string[], void> {
  const seen = new Set<string>()
  let batch: string[] = []
  for (const id of ids) {
    if (seen.has(id) || !isCatalogueId(id)) continue
    seen.add(id)
    batch.push(id)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** The answer's elements by the id that was asked for: they come in the order of the ids, null where there is nothing. */
function byPlace(list: unknown, ids: readonly string[]): ReadonlyMap<string, Fields> {
  const elements = asList(list) ?? []
  const byPosition = elements.length === ids.length
  return new Map(
    elements.flatMap((element, at): [string, Fields][] => {
      const fields = asFields(element)
      const id = byPosition ? ids[at] : asText(fields?.id)
      return fields && id ? [[id, fields]] : []
    }),
  )
}

function readFacts(id: string, fields: Fields | undefined): ArtistFacts {
  const name = asText(fields?.name)?.trim()
  const genres = asList(fields?.genres)?.flatMap((genre) => asText(genre)?.trim().toLowerCase() ?? [])
  return { id, ...(name && { name }), ...(genres && { genres: [...new Set(genres)] }) }
}

const fieldOf: Partial<Readonly<Record<keyof AudioFeatures, string>>> = {
  durationMs: 'duration_ms',
  timeSignature: 'time_signature',
}
/** Values that stand for "could not be told". */
const undetermined: Partial<Readonly<Record<keyof AudioFeatures, number>>> = {
  key: -1,
  tempo: 0,
  durationMs: 0,
  timeSignature: 0,
}

/** Undefined when there is no feature at all. */
function readFeatures(fields: Fields | undefined): AudioFeatures | undefined {
  if (fields === undefined) return undefined
  const known = audioFeatureNames.flatMap((name): [string, number][] => {
    const value = asNumber(fields[fieldOf[name] ?? name])
    return value === undefined || value === undetermined[name] ? [] : [[name, value]]
  })
  return known.length > 0 ? Object.fromEntries(known) : undefined
}
