import type { FeatureStore, StoredProfile } from '../store/feature-store.ts'
import type { Consent } from '../taste/consent.ts'
import type { ArtistIds, Item } from '../taste/item.ts'
import type { Tagged } from '../taste/listener.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Entry } from '../taste/playlist.ts'
import { Problem } from '../taste/problem.ts'
import type { Provenance } from '../taste/provenance.ts'
import type { Track } from '../taste/track.ts'

/** One listener's data: a line of the `profiles` format, with consent and provenance beside it. */
export interface ExportedProfile {
  readonly id: ListenerId
  readonly name?: string
  readonly url?: string
  readonly consent: Consent
  readonly provenance: Provenance
  readonly items: readonly Item[]
  readonly tagged?: readonly Tagged[]
}

type ExportStore = Pick<FeatureStore, 'profile' | 'artists' | 'tracks'>

/**
 * Everything that is stored of what a listener listens to, in names and ids that others understand.
 * @throws Problem when the listener is unknown.
 */
export async function exportProfile(
  id: ListenerId,
  { store }: { readonly store: ExportStore },
): Promise<ExportedProfile> {
  const profile = await store.profile(id, 'keep')
  if (!profile) throw new Problem(`there is no listener "${id}" in the store`)
  const { name, url, consent, provenance } = profile.listener
  const known = await lookUp(profile, store)
  const items = profile.playlists.flatMap((playlist) =>
    playlist.entries.map((entry) => itemOf(entry, playlist.name, known)),
  )
  const tagged = profile.tagged.map(({ artist, tags }) => ({ artist: known.artist(artist).name, tags }))
  return {
    id,
    ...(name && { name: name.value }),
    ...(url && { url: url.value }),
    consent,
    provenance,
    items,
    ...(tagged.length > 0 && { tagged }),
  }
}

interface Known {
  artist(key: string): { readonly name: string; readonly ids: ArtistIds | null }
  track(key: string | undefined): Track | undefined
}

async function lookUp({ playlists, tagged }: StoredProfile, store: ExportStore): Promise<Known> {
  const entries = playlists.flatMap((playlist) => playlist.entries)
  const artistKeys = [...new Set([...entries.flatMap(({ artists }) => artists), ...tagged.map(({ artist }) => artist)])]
  const trackKeys = [...new Set(entries.flatMap(({ track }) => track ?? []))]
  const [artists, tracks] = await Promise.all([store.artists(artistKeys), store.tracks(trackKeys)])
  const names = new Map(artists.flatMap((artist) => (artist ? [[artist.key, artist.name]] : [])))
  const tracksByKey = new Map(tracks.flatMap((track) => (track ? [[track.key, track]] : [])))
  return {
    artist: (key) => ({ name: names.get(key) ?? key, ids: idsOf(key) }),
    track: (key) => (key === undefined ? undefined : tracksByKey.get(key)),
  }
}

/** An artist's key is the strongest id that is known of them. */
function idsOf(key: string): ArtistIds | null {
  const [, kind, id] = /^(spotify|mbid):(.*)$/.exec(key) ?? []
  return kind && id ? { [kind]: id } : null
}

function itemOf(entry: Entry, playlist: string | undefined, known: Known): Item {
  const artists = entry.artists.map((key) => known.artist(key))
  const track = known.track(entry.track)
  const hasIds = track && Object.keys(track.ids).length > 0
  return {
    artists: artists.map(({ name }) => name),
    ...(artists.some(({ ids }) => ids) && { artistIds: artists.map(({ ids }) => ids) }),
    ...(track?.title !== undefined && { track: track.title }),
    ...(track?.album !== undefined && { album: track.album }),
    ...(track?.year !== undefined && { year: track.year }),
    ...(hasIds && { ids: track.ids }),
    ...(playlist !== undefined && { playlist }),
    ...(entry.plays !== undefined && { plays: entry.plays }),
    ...(entry.addedAt !== undefined && { addedAt: isoDate(entry.addedAt) }),
    ...(entry.lastPlayedAt !== undefined && { lastPlayedAt: isoDate(entry.lastPlayedAt) }),
  }
}

function isoDate(seconds: number): string {
  return new Date(1000 * seconds).toISOString().replace('.000Z', 'Z')
}
