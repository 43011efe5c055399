import { useId } from 'react'
import type { Hygiene } from '../api/types.ts'
import { texts } from '../texts/texts.ts'
import { CrossIcon } from './icons.tsx'

interface LeftOutProps {
  readonly what: 'artists' | 'genres' | 'playlists'
  /** What can be left out, most heard first. */
  readonly choices: readonly string[]
  readonly hygiene: Hygiene
  readonly onChange: (hygiene: Hygiene) => void
}

/** Things of one kind that are left out, each with the way to bring it back. */
export function LeftOut({ what, choices, hygiene, onChange }: LeftOutProps) {
  const id = useId()
  const left = hygiene[what] ?? []
  const remaining = [...new Set(choices)].filter((choice) => !left.includes(choice))
  const set = (next: readonly string[]) => {
    const { [what]: _, ...others } = hygiene
    onChange(next.length > 0 ? { ...others, [what]: [...next] } : others)
  }
  if (choices.length === 0 && left.length === 0) return null
  return (
    <div className="field">
      <label htmlFor={id}>{texts.hygiene.leaveOutLabel[what]}</label>
      <select
        id={id}
        className="input"
        value=""
        disabled={remaining.length === 0}
        onChange={(event) => set([...left, event.target.value])}
      >
        <option value="">{texts.hygiene.choose}</option>
        {remaining.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
      {left.length > 0 && (
        <ul className="chips">
          {left.map((name) => (
            <li key={name}>
              <button
                type="button"
                className="chip"
                aria-label={texts.hygiene.bringBack(name)}
                onClick={() => set(left.filter((other) => other !== name))}
              >
                {name} <CrossIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
