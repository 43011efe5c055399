import type { Reading } from './collector.ts'
import { blobFile } from './export-file.ts'
import { type ExportOptions, readExport } from './read-export.ts'

/** For tests: reads files that are given by name and content, as one person's. */
export function readTexts(
  files: Readonly<Record<string, string | Uint8Array | object>>,
  options: ExportOptions = {},
): Promise<Reading> {
  const blobs = Object.entries(files).map(([name, content]) => {
    const part = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
    return blobFile(name, new Blob([part as string]))
  })
  return readExport(blobs, options)
}

/** For tests: `{ podcast: 2 }`. */
export function ignoredOf({ report }: Reading): Readonly<Record<string, number>> {
  return Object.fromEntries(report.ignored.map(({ reason, count }) => [reason, count]))
}
