import { Parser } from 'htmlparser2'
import { Problem } from '../../taste/problem.ts'
import { type ExportFile, textOf } from './export-file.ts'

/** What a reader of XML or HTML wants to know. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void
  close?(name: string): void
  text?(text: string): void
}

/** No export nests deeper; what does is made to exhaust its reader. */
const maxDepth = 100
/** Letters of one tag or comment. */
const maxToken = 1 << 20

/**
 * Streams XML or HTML. Entities that a document declares itself are not replaced, so none can grow. Text comes in pieces.
 * @throws Problem for a document that is nested too deeply, has a tag larger than a megabyte, or stops inside of one.
 */
export async function readXml(file: ExportFile, kind: 'xml' | 'html', handler: XmlHandler): Promise<void> {
  let depth = 0
  let heard = 0
  let problem: Problem | undefined
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        heard = 0
        if (++depth > maxDepth) problem ??= new Problem('its elements are nested too deeply')
        else handler.open?.(name, attributes)
      },
      onclosetag(name) {
        heard = 0
        depth--
        handler.close?.(name)
      },
      ontext(text) {
        heard = 0
        handler.text?.(text)
      },
    },
    { xmlMode: kind === 'xml', decodeEntities: true },
  )
  for await (const text of textOf(file)) {
    // In pieces, so that a limit is noticed before much work is done.
    for (let at = 0; at < text.length && !problem; at += 4096) {
      const piece = text.slice(at, at + 4096)
      heard += piece.length
      parser.write(piece)
      if (heard > maxToken) problem ??= new Problem('a tag in it is larger than 1 MB')
    }
    if (problem) throw problem
  }
  if (kind === 'xml' && depth > 0) problem = new Problem('it ends in the middle of an element')
  parser.end()
  if (problem) throw problem
}
