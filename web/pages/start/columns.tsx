import { type SubmitEvent, useId, useState } from 'react'
import type { ColumnMatch, ColumnMeaning, TablePreview } from '../../../src/sources/browser.ts'
import { Table } from '../../parts/table.tsx'
import { texts } from '../../texts/texts.ts'

const words = texts.files.columns
const asked: readonly ColumnMeaning[] = ['artist', 'track', 'album', 'playlist', 'plays', 'played', 'added']

interface ColumnsProps {
  readonly table: TablePreview
  readonly onChoose: (columns: ColumnMatch) => void
}

/** Asks what the columns of a table are that no reader knows, beginning with our guess. */
export function Columns({ table: { columns: header, rows, guess }, onChoose }: ColumnsProps) {
  const id = useId()
  const [columns, setColumns] = useState<ColumnMatch>(guess)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onChoose(columns)
  }
  const choose = (meaning: ColumnMeaning, column: number) => {
    const { [meaning]: _, ...others } = columns
    setColumns({ ...others, ...(column > 0 && { [meaning]: column }) } as ColumnMatch)
  }
  return (
    <form className="stack" onSubmit={submit}>
      <h3>{words.title}</h3>
      <p className="small quiet">{words.help}</p>
      <Table label={words.title} head={header} rows={rows.map((row, i) => [i, ...row])} />
      <div className="columns-asked">
        {asked.map((meaning) => (
          <div key={meaning} className="field">
            <label htmlFor={`${id}-${meaning}`}>{words.names[meaning as keyof typeof words.names]}</label>
            <select
              id={`${id}-${meaning}`}
              className="input"
              value={columns[meaning] ?? 0}
              onChange={(event) => choose(meaning, Number(event.target.value))}
            >
              {meaning !== 'artist' && <option value={0}>{words.none}</option>}
              {header.map((name, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move, and names may repeat
                <option key={i} value={i + 1}>
                  {name || i + 1}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
      <p>
        <button type="submit" className="button primary">
          {words.read}
        </button>
      </p>
    </form>
  )
}
