import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { ColumnMatch } from '../../../src/sources/browser.ts'
import { startJob } from '../../api/calls.ts'
import { problemOf } from '../../api/problem.ts'
import type { About, JobRequest } from '../../api/types.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { keepOwnerKey } from '../../parts/owner-keys.ts'
import type { ReadingMessage } from '../../reading/reading-message.ts'
import { useReading } from '../../reading/use-reading.ts'
import { bytes, count, format } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'
import { Columns } from './columns.tsx'

const words = texts.files
/** Places that could not be read and are told. */
const mostBroken = 3

interface BroughtFilesProps {
  readonly about: About
  readonly files: readonly File[]
  readonly onOther: () => void
}

/** Files that somebody brought: read here, shown, and only then their items are sent. */
export default function BroughtFiles({ about, files, onOther }: BroughtFilesProps) {
  const [columns, setColumns] = useState<ColumnMatch>()
  const reading = useReading(files, columns)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card stack" aria-labelledby="files">
      <h2 id="files" ref={heading} tabIndex={-1}>
        {words.title}
      </h2>
      {reading.kind === 'progress' && <Bytes done={reading.bytes} of={reading.of} />}
      {reading.kind === 'failed' && (
        <>
          <ProblemNotice problem={problemOf('file-not-readable', reading.reason)} />
          {reading.table && <Columns table={reading.table} onChoose={setColumns} />}
        </>
      )}
      {reading.kind === 'read' && <Found about={about} found={reading} />}
      <p>
        <button type="button" className="button plain slim" onClick={onOther}>
          {words.other}
        </button>
      </p>
    </section>
  )
}

function Bytes({ done, of }: { readonly done: number; readonly of: number }) {
  return (
    <div className="stack" role="status">
      <span>{words.reading}</span>
      <span className={of > 0 ? 'meter' : 'meter open'} aria-hidden="true">
        <span style={of > 0 ? { width: `${(100 * done) / of}%` } : undefined} />
      </span>
      {of > 0 && (
        <span className="small quiet" aria-hidden="true">
          {words.bytes(bytes(done), bytes(of))}
        </span>
      )}
    </div>
  )
}

interface FoundProps {
  readonly about: About
  readonly found: Extract<ReadingMessage, { kind: 'read' }>
}

function Found({ about, found: { items, report } }: FoundProps) {
  const [, navigate] = useLocation()
  const send = useMutation({
    mutationFn: () => startJob({ from: 'items', items: items as Extract<JobRequest, { from: 'items' }>['items'] }),
    onSuccess: ({ job, owner }) => {
      if (owner) keepOwnerKey(job.id, owner)
      navigate(`/jobs/${job.id}`)
    },
  })
  const most = about.limits.items
  return (
    <>
      <p role="status">{report.sentences.join(' ')}</p>
      {report.broken.count > 0 && (
        <ul className="small">
          {report.broken.first.slice(0, mostBroken).map(({ place, reason }) => (
            <li key={`${place} ${reason}`}>{words.brokenAt(place, reason)}</li>
          ))}
        </ul>
      )}
      {report.advice.length > 0 && (
        <ul className="small quiet">
          {report.advice.map((advice) => (
            <li key={advice}>{advice}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>{words.details}</summary>
        <ul className="small">
          {report.files.map(({ name, what, rows }) => (
            <li key={name}>
              {name} <span className="quiet">{words.file(what, count(rows, 'row'))}</span>
            </li>
          ))}
        </ul>
      </details>
      {items.length > most ? (
        <ProblemNotice problem={problemOf('tooManyItems', words.most(format(items.length), format(most)))} />
      ) : (
        <>
          <p className="small quiet">{words.leaves(items.length)}</p>
          {send.error && <ProblemNotice problem={send.error} />}
          <p>
            <button
              type="button"
              className="button primary"
              aria-disabled={send.isPending}
              onClick={() => send.isPending || send.mutate()}
            >
              {words.send}
            </button>
          </p>
        </>
      )}
    </>
  )
}
