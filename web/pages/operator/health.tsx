import type { OperatorStatus } from '../../api/types.ts'
import { CheckIcon, CircleIcon } from '../../parts/icons.tsx'
import { moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator.stands

/** Whether all is well, and what to do next where it is not. */
export function Health({ status }: { readonly status: OperatorStatus }) {
  return (
    <section className="across">
      <h2>{texts.operator.health}</h2>
      <ul className="health">
        {pointsOf(status).map(({ well, text }) => (
          <li key={text} className={well ? 'well' : 'to-do'}>
            {well ? <CheckIcon /> : <CircleIcon />}
            {text}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Point {
  readonly well: boolean
  readonly text: string
}

function pointsOf({ index, quota, reports, candidates }: OperatorStatus): readonly Point[] {
  const behind = Math.max(0, index.lastChange - index.upToChange)
  const closed = quota?.closedUntil
  return [
    index.model === null
      ? { well: false, text: words.noModel }
      : { well: true, text: words.serves(index.model, index.listeners) },
    behind === 0 ? { well: true, text: words.current } : { well: false, text: words.behind(behind) },
    ...(quota === null
      ? []
      : [
          closed ? { well: false, text: texts.operator.closedUntil(moment(closed)) } : { well: true, text: words.open },
        ]),
    reports === 0 ? { well: true, text: words.noReports } : { well: false, text: words.reports(reports) },
    ...(candidates.waiting > 0 ? [{ well: false, text: words.candidates(candidates.waiting) }] : []),
  ]
}
