import type { ReadingReport } from '../sources/reading-report.ts'
import { count, faint, line, strong } from './output.ts'

const namedFiles = 12

/** Prints what was found in somebody's files, in words for them. */
export function printReading(title: string, { files, sentences, advice, broken }: ReadingReport): void {
  line(strong(title))
  for (const { name, what, rows } of files.slice(0, namedFiles))
    line(faint(`  ${name}: ${what}, ${count(rows)} ${rows === 1 ? 'row' : 'rows'}`))
  if (files.length > namedFiles) line(faint(`  and ${count(files.length - namedFiles)} more files`))
  for (const sentence of sentences) line(`  ${sentence}`)
  for (const { place, reason } of broken.first.slice(0, 3)) line(faint(`  ${place}: ${reason}`))
  for (const sentence of advice) line(`  ${sentence}`)
}
