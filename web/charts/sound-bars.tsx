import { texts } from '../texts/texts.ts'
import { Key, KeyEntry } from './key.tsx'
import { place, type SoundRow, told } from './sound.ts'

/** How something sounds, feature by feature on one scale each, against where everybody is. */
export default function SoundBars({ rows }: { readonly rows: readonly SoundRow[] }) {
  const [first] = rows
  return (
    <>
      <Key>
        <KeyEntry mark="you">{texts.taste.you}</KeyEntry>
        {first?.theirs !== undefined && <KeyEntry mark="them">{texts.pair.them}</KeyEntry>}
        <KeyEntry mark="middle">{texts.taste.middle}</KeyEntry>
        {first?.band && <KeyEntry mark="band">{texts.taste.most}</KeyEntry>}
      </Key>
      <ul className="bars">
        {rows.map(({ feature, yours, theirs, middle, band }) => {
          const at = (value: number) => place(feature, value)
          return (
            <li key={feature}>
              <span className="name">{texts.taste.features[feature].name}</span>
              <span className="lane">
                {band && (
                  <span className="band" style={{ left: `${at(band[0])}%`, width: `${at(band[1]) - at(band[0])}%` }} />
                )}
                {theirs !== undefined && (
                  <span
                    className="span"
                    style={{
                      left: `${Math.min(at(yours), at(theirs))}%`,
                      width: `${Math.abs(at(yours) - at(theirs))}%`,
                    }}
                  />
                )}
                <span className="middle" style={{ left: `${at(middle)}%` }} />
                <span className="dot" style={{ left: `${at(yours)}%` }} />
                {theirs !== undefined && <span className="dot them" style={{ left: `${at(theirs)}%` }} />}
              </span>
              <span className="value">
                {theirs === undefined
                  ? told(feature, yours)
                  : texts.pair.against(told(feature, yours), told(feature, theirs))}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}
