import type { ReactNode } from 'react'

interface TableProps {
  /** What the table is about, for those who don't see what is above it. */
  readonly label: string
  readonly head: readonly string[]
  /** Each with a key and its cells; the first cell names the row. */
  readonly rows: readonly (readonly [key: string | number, ...cells: ReactNode[]])[]
  /** Whether all columns hold words rather than numbers. */
  readonly words?: boolean
}

export function Table({ label, head, rows, words = false }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="wide" tabIndex={0} aria-label={label}>
      <table className={words ? 'words' : undefined}>
        <thead>
          <tr>
            {head.map((title, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move, and titles may repeat
              <th key={i} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([key, name, ...cells]) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move
                <td key={i}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
