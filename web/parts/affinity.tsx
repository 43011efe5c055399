import type { Match } from '../api/types.ts'
import { texts } from '../texts/texts.ts'
import './affinity.css'

interface AffinityProps {
  readonly of: Pick<Match, 'affinity' | 'affinityText'>
  readonly large?: boolean
}

/** How close a match is, and where that lies between nothing and one person's own listening, which is in the middle. */
export function Affinity({ of: { affinity, affinityText }, large = false }: AffinityProps) {
  if (affinity === undefined) return null
  return (
    <div className={large ? 'affinity large' : 'affinity'}>
      <span className={affinity < 1 ? 'number far' : 'number'}>{affinityText ?? Math.round(affinity)}</span>
      <span className="small quiet">{texts.matches.affinity}</span>
      <span className="scale" aria-hidden="true">
        <span style={{ width: `${affinity}%` }} />
      </span>
    </div>
  )
}
