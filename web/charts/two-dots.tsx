import { percent } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'
import { Key, KeyEntry } from './key.tsx'

export interface TwoShares {
  readonly name: string
  readonly yours: number
  readonly theirs: number
}

/** Shares of two listeners on one scale, joined where they lie apart. */
export default function TwoDots({ rows }: { readonly rows: readonly TwoShares[] }) {
  const most = Math.max(...rows.flatMap(({ yours, theirs }) => [yours, theirs]), 1e-9)
  const at = (share: number) => (96 * share) / most + 2
  return (
    <>
      <Key>
        <KeyEntry mark="you">{texts.taste.you}</KeyEntry>
        <KeyEntry mark="them">{texts.pair.them}</KeyEntry>
      </Key>
      <ul className="bars">
        {rows.map(({ name, yours, theirs }) => (
          <li key={name}>
            <span className="name">{name}</span>
            <span className="lane">
              <span
                className="span"
                style={{
                  left: `${Math.min(at(yours), at(theirs))}%`,
                  width: `${Math.abs(at(yours) - at(theirs))}%`,
                }}
              />
              <span className="dot" style={{ left: `${at(yours)}%` }} />
              <span className="dot them" style={{ left: `${at(theirs)}%` }} />
            </span>
            <span className="value">{texts.pair.against(percent(yours), percent(theirs))}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
