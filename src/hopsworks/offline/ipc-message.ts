/**
 * As much of Arrow's IPC messages as sorting them needs: flatbuffers of the tables Message and DictionaryBatch in Apache Arrow's
 * format/Message.fbs. A field's slot is 4 + 2 i.
 */

const kinds = { 1: 'schema', 2: 'dictionary', 3: 'rows' } as const

/** What a message is. @throws {Error} for other kinds */
export function kindOf(header: Uint8Array): (typeof kinds)[keyof typeof kinds] {
  const view = viewOf(header)
  const message = rootOf(view)
  const at = fieldOf(view, message, 6)
  const kind = kinds[(at === undefined ? 0 : view.getUint8(at)) as keyof typeof kinds]
  if (!kind) throw new Error('a message is neither schema nor dictionary nor record batch')
  return kind
}

/** Of a message of the kind `dictionary`: which it is, and whether it adds to what was sent before. */
export function dictionaryOf(header: Uint8Array): { readonly id: bigint; readonly isDelta: boolean } {
  const view = viewOf(header)
  const at = fieldOf(view, rootOf(view), 8)!
  const batch = at + view.getUint32(at, true)
  const id = fieldOf(view, batch, 4)
  const isDelta = fieldOf(view, batch, 8)
  return {
    id: id === undefined ? 0n : view.getBigInt64(id, true),
    isDelta: isDelta !== undefined && view.getUint8(isDelta) !== 0,
  }
}

/** The message as it stands in an IPC stream: mark, length, header and body, each at a multiple of 8 bytes. */
export function framed(header: Uint8Array, body: Uint8Array): Uint8Array {
  const length = Math.ceil(header.length / 8) * 8
  const bytes = new Uint8Array(8 + length + body.length)
  const view = viewOf(bytes)
  view.setInt32(0, -1, true)
  view.setInt32(4, length, true)
  bytes.set(header, 8)
  bytes.set(body, 8 + length)
  return bytes
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function rootOf(view: DataView): number {
  return view.getUint32(0, true)
}

/** Where a field of a table is; undefined where it is left out. */
function fieldOf(view: DataView, table: number, slot: number): number | undefined {
  const fields = table - view.getInt32(table, true)
  const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0
  return offset === 0 ? undefined : table + offset
}
