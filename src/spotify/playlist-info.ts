import { asCount, asFields, asFlag, asText } from './shape.ts'

/** A playlist as a list of playlists shows it: without its contents. */
export interface PlaylistInfo {
  readonly id: string
  /** Empty for a playlist without a name. */
  readonly name: string
  /** `own`: the person made it, strong evidence of taste; `followed`: somebody else did, weaker evidence. */
  readonly relation: 'own' | 'followed'
  /** Opaque. Absent only when somebody deleted the account in a way that left no id. */
  readonly ownerId?: string
  /** As shown on the owner's profile; absent when they show none. */
  readonly ownerName?: string
  readonly collaborative: boolean
  /** Entries, of any kind; absent when not said. */
  readonly total?: number
  /** Changes with every edit. */
  readonly snapshotId?: string
  /** Its place in the profile, from 0: newer ones tend to be first. */
  readonly place: number
}

/** Reads an element of a list of playlists; undefined for null, and for what has no id. Old and new field names. */
export function readPlaylistInfo(value: unknown, person: string, place: number): PlaylistInfo | undefined {
  const fields = asFields(value)
  const id = asText(fields?.id)
  if (fields === undefined || id === undefined) return undefined
  const owner = asFields(fields.owner)
  const ownerId = asText(owner?.id)
  const ownerName = asText(owner?.display_name)?.trim()
  const total = asCount(asFields(fields.items ?? fields.tracks)?.total)
  const snapshotId = asText(fields.snapshot_id)
  const playlist: PlaylistInfo = {
    id,
    name: asText(fields.name)?.trim() ?? '',
    relation: 'followed',
    ...(ownerId !== undefined && { ownerId }),
    ...(ownerName && { ownerName }),
    collaborative: asFlag(fields.collaborative) ?? false,
    ...(total !== undefined && { total }),
    ...(snapshotId !== undefined && { snapshotId }),
    place,
  }
  return relatedTo(person, playlist)
}

/** As the profile of this person shows it. */
export function relatedTo(person: string, playlist: PlaylistInfo): PlaylistInfo {
  return { ...playlist, relation: playlist.ownerId === person ? 'own' : 'followed' }
}
