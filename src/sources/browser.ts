import { previewOf, type TablePreview } from './csv/csv.ts'
import type { Reading } from './export/collector.ts'
import { blobFile, type ExportFile } from './export/export-file.ts'
import { type ExportOptions, readExport } from './export/read-export.ts'

export { Problem } from '../taste/problem.ts'
export type { TablePreview } from './csv/csv.ts'
export type { Reading } from './export/collector.ts'
export type { ColumnMatch, ColumnMeaning } from './export/export-format.ts'
export type { IgnoredReason, ReadingReport } from './reading-report.ts'

/**
 * Reads the exported files of one person in the browser, by the same code as on the command line: archives, folders that
 * were dropped, single files. Meant to be called in a worker. Only what it returns should leave the browser, and of that
 * only `items`.
 *
 * @example
 * const { items, report } = await readFiles([...input.files], { onProgress: (bytes, of) => bar(bytes / of) })
 * @throws Problem, one line for the listener, when nothing can be read.
 */
export function readFiles(
  files: readonly File[],
  options: Pick<ExportOptions, 'columns' | 'onProgress' | 'signal'> = {},
): Promise<Reading> {
  return readExport(files.map(exportFile), options)
}

/** The first rows of a table, with our guess which column holds what; undefined for what is no table. */
export function previewTable(file: File): Promise<TablePreview | undefined> {
  return previewOf(exportFile(file))
}

function exportFile(file: File): ExportFile {
  return blobFile((file as { readonly webkitRelativePath?: string }).webkitRelativePath || file.name, file)
}
