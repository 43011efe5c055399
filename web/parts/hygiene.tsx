import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { hygieneQuery, type Tuning } from '../api/calls.ts'
import type { HygieneChoices, Hygiene as HygieneWishes } from '../api/types.ts'
import { texts } from '../texts/texts.ts'
import { LeftOut } from './left-out.tsx'
import { Period } from './period.tsx'
import { Slider } from './slider.tsx'
import { changesIn, everything, joined, useTuning } from './tuning.ts'
import './hygiene.css'

/** What counts of a profile: what is offered to be left out, what is left out, and how much recent music is preferred. */
export function Hygiene({ profile }: { readonly profile: string }) {
  const [tuning, setTuning] = useTuning(profile)
  const { data: choices } = useQuery(hygieneQuery(profile))
  const [wide] = useState(() => matchMedia('(width >= 62rem)').matches)
  return (
    <aside className="card hygiene" aria-label={texts.hygiene.title}>
      <details open={wide}>
        <summary>
          <b>{texts.hygiene.title}</b> <span>{texts.hygiene.summary(changesIn(tuning))}</span>
        </summary>
        {choices && <Wishes choices={choices} tuning={tuning} onChange={setTuning} />}
      </details>
    </aside>
  )
}

interface WishesProps {
  readonly choices: HygieneChoices
  readonly tuning: Tuning
  readonly onChange: (tuning: Tuning) => void
}

function Wishes({ choices, tuning, onChange }: WishesProps) {
  const setHygiene = (hygiene: HygieneWishes) => onChange({ ...tuning, hygiene })
  return (
    <div className="stack">
      <p className="small quiet">{texts.hygiene.help}</p>
      <Offers choices={choices} tuning={tuning} onChange={setHygiene} />
      <Recency choices={choices} tuning={tuning} onChange={setHygiene} />
      <Slider
        label={texts.hygiene.diversity}
        value={tuning.diversity}
        onChange={(diversity) => onChange({ ...tuning, diversity })}
        say={(value) => texts.hygiene.diversityAt(value)}
      />
      <LeftOut
        what="artists"
        choices={choices.artists.map(({ name }) => name)}
        hygiene={tuning.hygiene}
        onChange={setHygiene}
      />
      <LeftOut
        what="genres"
        choices={choices.genres.map(({ genre }) => genre)}
        hygiene={tuning.hygiene}
        onChange={setHygiene}
      />
      <LeftOut
        what="playlists"
        choices={choices.playlists.map(({ name }) => name)}
        hygiene={tuning.hygiene}
        onChange={setHygiene}
      />
      {choices.dated > 0 && <Period choices={choices} hygiene={tuning.hygiene} onChange={setHygiene} />}
      {changesIn(tuning) > 0 && (
        <button type="button" className="button slim" onClick={() => onChange(everything)}>
          {texts.hygiene.reset}
        </button>
      )}
    </div>
  )
}

interface PartProps {
  readonly choices: HygieneChoices
  readonly tuning: Tuning
  readonly onChange: (hygiene: HygieneWishes) => void
}

/** What was found that seldom says who somebody is: sleep sounds, children's songs. */
function Offers({ choices, tuning: { hygiene }, onChange }: PartProps) {
  if (choices.offers.length === 0) return null
  return (
    <ul className="offers">
      {choices.offers.map(({ kind, share, leaveOut }) => {
        const after = joined(hygiene, leaveOut)
        const isOut = JSON.stringify(after) === JSON.stringify(joined(hygiene, {}))
        return (
          <li key={kind}>
            <p className="small">{texts.hygiene.offers[kind](share)}</p>
            <button type="button" className="button slim" disabled={isOut} onClick={() => onChange(after)}>
              {isOut ? texts.hygiene.isOut : texts.hygiene.leaveOutIt}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Recency({ choices, tuning: { hygiene }, onChange }: PartProps) {
  if (choices.dated === 0) return <p className="small quiet">{texts.hygiene.noDates}</p>
  return (
    <Slider
      label={texts.hygiene.recency}
      value={hygiene.recency ?? 0}
      onChange={(recency) => onChange({ ...hygiene, recency })}
      say={(value) => texts.hygiene.recencyAt(value)}
    />
  )
}
