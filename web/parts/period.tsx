import { useId, useState } from 'react'
import type { Hygiene, HygieneChoices } from '../api/types.ts'
import { texts } from '../texts/texts.ts'

interface PeriodProps {
  readonly choices: HygieneChoices
  readonly hygiene: Hygiene
  readonly onChange: (hygiene: Hygiene) => void
}

/** A period to leave out, such as the year in which somebody else used the account. */
export function Period({ choices, hygiene, onChange }: PeriodProps) {
  const id = useId()
  const [from, setFrom] = useState(dayOf(hygiene.from))
  const [to, setTo] = useState(dayOf(hygiene.to))
  const wrong = from !== '' && to !== '' && from > to
  const change = (nextFrom: string, nextTo: string) => {
    setFrom(nextFrom)
    setTo(nextTo)
    if (nextFrom !== '' && nextTo !== '' && nextFrom > nextTo) return
    const { from: _from, to: _to, ...others } = hygiene
    onChange({
      ...others,
      ...(nextFrom !== '' && { from: `${nextFrom}T00:00:00Z` }),
      ...(nextTo !== '' && { to: `${nextTo}T23:59:59Z` }),
    })
  }
  const limits = { min: dayOf(choices.from) || undefined, max: dayOf(choices.to) || undefined }
  return (
    <fieldset className="field">
      <legend className="label">{texts.hygiene.period}</legend>
      <div className="period">
        <label htmlFor={`${id}-from`}>{texts.hygiene.from}</label>
        <input
          id={`${id}-from`}
          className="input"
          type="date"
          {...limits}
          value={from}
          onChange={(event) => change(event.target.value, to)}
        />
        <label htmlFor={`${id}-to`}>{texts.hygiene.to}</label>
        <input
          id={`${id}-to`}
          className="input"
          type="date"
          {...limits}
          value={to}
          onChange={(event) => change(from, event.target.value)}
        />
      </div>
      {wrong && (
        <p className="small wrong" role="alert">
          {texts.hygiene.periodWrong}
        </p>
      )}
    </fieldset>
  )
}

/** The day of an ISO time, as a date field wants it. */
function dayOf(time: string | undefined): string {
  return time?.slice(0, 10) ?? ''
}
