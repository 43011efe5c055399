import { type ColumnMatch, Problem, previewTable, readFiles } from '../../src/sources/browser.ts'
import type { ReadingMessage } from './reading-message.ts'

interface Request {
  readonly files: readonly File[]
  readonly columns?: ColumnMatch
}

/** Reads the files of one person apart from the page, so that it stays quick however large they are. */
self.onmessage = async ({ data: { files, columns } }: MessageEvent<Request>) => {
  try {
    const { items, report } = await readFiles(files, {
      ...(columns && { columns }),
      onProgress: (bytes, of) => tell({ kind: 'progress', bytes, of }),
    })
    if (items.length > 0) tell({ kind: 'read', items, report })
    else tell({ kind: 'failed', reason: report.sentences.join(' '), ...(await tableOf(files, columns)) })
  } catch (thrown) {
    const reason = thrown instanceof Problem ? thrown.message : undefined
    tell({ kind: 'failed', ...(reason !== undefined && { reason }), ...(await tableOf(files, columns)) })
  }
}

/** One table that nobody knows can still be read once somebody says what its columns are. */
async function tableOf(files: readonly File[], columns: ColumnMatch | undefined) {
  const [file, another] = files
  if (!file || another || columns) return {}
  const table = await previewTable(file).catch(() => undefined)
  return table && table.columns.length > 1 ? { table } : {}
}

function tell(message: ReadingMessage): void {
  self.postMessage(message)
}
