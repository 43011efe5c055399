import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts'

/** An entry of a playlist with the store's numbers in place of keys. */
export interface PackedEntry {
  /** The main artist first. */
  readonly artists: readonly number[]
  readonly track?: number
  readonly plays?: number
  /** Seconds since 1970. */
  readonly addedAt?: number
  /** Seconds since 1970. */
  readonly lastPlayedAt?: number
}

const version = 1
const hasTrack = 1
const hasPlays = 2
const hasAddedAt = 4
const hasLastPlayedAt = 8
const artistsShift = 16

/**
 * A playlist's entries as bytes: version, number of entries, then for each its fields as varints behind one that says
 * which there are: bits 0 to 3 the optional ones, from bit 4 on the number of artists. About 7 bytes an entry.
 */
export function packEntries(entries: readonly PackedEntry[]): Uint8Array {
  const writer = new ByteWriter()
  writer.varint(version)
  writer.varint(entries.length)
  for (const { artists, track, plays, addedAt, lastPlayedAt } of entries) {
    writer.varint(
      artists.length * artistsShift +
        (track === undefined ? 0 : hasTrack) +
        (plays === undefined ? 0 : hasPlays) +
        (addedAt === undefined ? 0 : hasAddedAt) +
        (lastPlayedAt === undefined ? 0 : hasLastPlayedAt),
    )
    for (const artist of artists) writer.varint(artist)
    if (track !== undefined) writer.varint(track)
    if (plays !== undefined) writer.varint(plays)
    if (addedAt !== undefined) writer.varint(addedAt)
    if (lastPlayedAt !== undefined) writer.varint(lastPlayedAt)
  }
  return writer.finish()
}

/** @throws DamagedBytes for bytes that are not entries. */
export function unpackEntries(bytes: Uint8Array): PackedEntry[] {
  const reader = new ByteReader(bytes)
  const found = reader.varint()
  if (found !== version) throw new DamagedBytes(`entries of version ${found}; this is version ${version}`)
  const entries: PackedEntry[] = []
  for (let left = reader.varint(); left > 0; left--) {
    const shape = reader.varint()
    const artists: number[] = []
    for (let more = Math.floor(shape / artistsShift); more > 0; more--) artists.push(reader.varint())
    entries.push({
      artists,
      ...(shape & hasTrack && { track: reader.varint() }),
      ...(shape & hasPlays && { plays: reader.varint() }),
      ...(shape & hasAddedAt && { addedAt: reader.varint() }),
      ...(shape & hasLastPlayedAt && { lastPlayedAt: reader.varint() }),
    })
  }
  return entries
}
