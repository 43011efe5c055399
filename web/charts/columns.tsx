import { texts } from '../texts/texts.ts'
import { Key, KeyEntry } from './key.tsx'

export interface Column {
  readonly name: string
  readonly value: number
  readonly middle: number
  readonly told: string
}

/** Columns in order of time, with everybody's marked. */
export default function Columns({ columns }: { readonly columns: readonly Column[] }) {
  const most = Math.max(...columns.flatMap(({ value, middle }) => [value, middle]), 1e-9)
  const at = (value: number) => `${(100 * value) / most}%`
  return (
    <>
      <Key>
        <KeyEntry mark="you">{texts.taste.you}</KeyEntry>
        <KeyEntry mark="level">{texts.taste.everybodys}</KeyEntry>
      </Key>
      <ul className="columns">
        {columns.map(({ name, value, middle, told }) => (
          <li key={name}>
            <span className="lane">
              <span className="fill" style={{ height: at(value) }} />
              <span className="middle" style={{ bottom: at(middle) }} />
            </span>
            <b>{told}</b>
            <span className="quiet">{name}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
