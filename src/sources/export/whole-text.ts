import { Problem } from '../../taste/problem.ts'
import { maxRecordBytes } from '../reading/limits.ts'
import { type ExportFile, textOf } from './export-file.ts'
import { lineEndOf } from './line-end.ts'

/**
 * The whole text of a small file.
 * @throws Problem when it is larger than a file of its kind can be.
 */
export async function wholeText(file: ExportFile): Promise<string> {
  const parts: string[] = []
  let length = 0
  for await (const part of textOf(file)) {
    length += part.length
    if (length > maxRecordBytes) throw new Problem(`it is larger than ${maxRecordBytes >> 20} MB`)
    parts.push(part)
  }
  return parts.join('').replace(/^\ufeff/, '')
}

/** The lines of a file of any size, without their ends; one that is longer than `maxRecordBytes` letters is undefined. */
export async function* textLines(file: ExportFile): AsyncGenerator<string | undefined> {
  let rest: string[] = []
  let length = 0
  let lineEnd: '\n' | '\r' | undefined
  const take = (end: string) => {
    const line = length > maxRecordBytes ? undefined : rest.length > 0 ? rest.join('') + end : end
    rest = []
    length = 0
    return line?.replace(/^\ufeff|\r$/g, '')
  }
  for await (const text of textOf(file)) {
    let start = 0
    lineEnd ??= lineEndOf(text)
    const end = lineEnd ?? '\n'
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, start)) {
      yield take(text.slice(start, at))
      start = at + 1
    }
    if (start === text.length) continue
    length += text.length - start
    if (length > maxRecordBytes) rest = []
    else rest.push(text.slice(start))
  }
  if (length > 0) yield take('')
}

/**
 * The value of a small file of JSON.
 * @throws Problem when it is none.
 */
export async function wholeJson(file: ExportFile): Promise<unknown> {
  const text = await wholeText(file)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('it is no JSON')
  }
}
