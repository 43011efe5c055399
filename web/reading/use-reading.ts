import { useEffect, useState } from 'react'
import type { ColumnMatch } from '../../src/sources/browser.ts'
import type { ReadingMessage } from './reading-message.ts'

/** Reads files in a worker; a newer wish or leaving the page ends the older reading. */
export function useReading(files: readonly File[], columns: ColumnMatch | undefined): ReadingMessage {
  const [message, setMessage] = useState<ReadingMessage>(nothingYet)
  useEffect(() => {
    setMessage(nothingYet)
    const worker = new Worker(new URL('./reading-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<ReadingMessage>) => setMessage(data)
    worker.onerror = () => setMessage({ kind: 'failed' })
    worker.postMessage({ files, ...(columns && { columns }) })
    return () => worker.terminate()
  }, [files, columns])
  return message
}

const nothingYet: ReadingMessage = { kind: 'progress', bytes: 0, of: 0 }
