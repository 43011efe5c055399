import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts'

/** A listener's words for an artist, with the store's number in place of the key. */
export interface PackedTags {
  readonly artist: number
  readonly tags: readonly string[]
}

const version = 1

/** A listener's tags as bytes: version, the distinct tags, then artist, number of tags, and their places in that list. */
export function packTagged(rows: readonly PackedTags[]): Uint8Array {
  const words = new Map<string, number>()
  for (const { tags } of rows) for (const tag of tags) if (!words.has(tag)) words.set(tag, words.size)
  const writer = new ByteWriter()
  writer.varint(version)
  writer.varint(words.size)
  for (const word of words.keys()) writer.text(word)
  for (const { artist, tags } of rows) {
    writer.varint(artist)
    writer.varint(tags.length)
    for (const tag of tags) writer.varint(words.get(tag) as number)
  }
  return writer.finish()
}

/** @throws DamagedBytes for bytes that are not tags. */
export function unpackTagged(bytes: Uint8Array): PackedTags[] {
  const reader = new ByteReader(bytes)
  const found = reader.varint()
  if (found !== version) throw new DamagedBytes(`tags of version ${found}; this is version ${version}`)
  const words: string[] = []
  for (let left = reader.varint(); left > 0; left--) words.push(reader.text())
  const rows: PackedTags[] = []
  while (!reader.done) {
    const artist = reader.varint()
    const tags: string[] = []
    for (let left = reader.varint(); left > 0; left--) tags.push(words[reader.varint()] as string)
    rows.push({ artist, tags })
  }
  return rows
}
