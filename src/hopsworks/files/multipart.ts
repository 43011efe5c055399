import { randomUUID } from 'node:crypto'

/** One `multipart/form-data` body (RFC 7578): text fields, then a file. */
export function multipart(
  fields: Readonly<Record<string, string | number>>,
  file: { readonly field: string; readonly name: string; readonly content: Uint8Array },
): { readonly contentType: string; readonly body: Uint8Array } {
  const boundary = `consonance-${randomUUID()}`
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="${file.field}"; filename="${escaped(file.name)}"\r\n` +
    'content-type: application/octet-stream\r\n\r\n'
  const body = Buffer.concat([Buffer.from(texts.join('') + head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return { contentType: `multipart/form-data; boundary=${boundary}`, body }
}

function escaped(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
