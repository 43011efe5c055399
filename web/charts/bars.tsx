import { texts } from '../texts/texts.ts'
import { Key, KeyEntry } from './key.tsx'

export interface Bar {
  readonly name: string
  readonly value: number
  /** Everybody's. */
  readonly middle?: number
  readonly told: string
}

/** Bars from one line, with everybody's middle marked. */
export default function Bars({ bars }: { readonly bars: readonly Bar[] }) {
  const most = Math.max(...bars.flatMap(({ value, middle = 0 }) => [value, middle]), 1e-9)
  const at = (value: number) => `${(100 * value) / most}%`
  return (
    <>
      {bars.some(({ middle }) => middle !== undefined) && (
        <Key>
          <KeyEntry mark="you">{texts.taste.you}</KeyEntry>
          <KeyEntry mark="middle">{texts.taste.everybodys}</KeyEntry>
        </Key>
      )}
      <ul className="bars">
        {bars.map(({ name, value, middle, told }) => (
          <li key={name}>
            <span className="name">{name}</span>
            <span className="lane">
              <span className="fill" style={{ width: at(value) }} />
              {middle !== undefined && <span className="middle" style={{ left: at(middle) }} />}
            </span>
            <span className="value">{told}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
