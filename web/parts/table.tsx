import type { ReactNode } from 'react'

interface TableProps {
  /** What the table is about, for those who don't see what is above it. */
  readonly label: string
  readonly head: readonly string[]
  /** Each with a key and its cells; the first cell names the row. */
  readonly rows: readonly (readonly [key: string | number, ...cells: ReactNode[]])[]
}

/** `12`, `1,204`, `<0.1 %`, `−5.4 dB`. */
const number = /^[<−-]?\d[\d.,]*(?:\s(?:%|bpm|dB))?$/

/** Columns of numbers stand to the right, so that they line up. */
export function Table({ label, head, rows }: TableProps) {
  const kinds = head.map((_, i) =>
    rows.length > 0 && rows.every((row) => typeof row[i + 1] === 'string' && number.test(String(row[i + 1])))
      ? 'number'
      : undefined,
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="wide" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((title, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move, and titles may repeat
              <th key={i} scope="col" className={kinds[i]}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, name, ...cells]) => (
            <tr key={key}>
              <th scope="row" className={kinds[0]}>
                {name}
              </th>
              {cells.map((cell, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move
                <td key={i} className={kinds[i + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
