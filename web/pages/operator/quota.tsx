import type { OperatorStatus } from '../../api/types.ts'
import { moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

/** What is left of what Spotify lets this app ask. */
export function Quota({ quota }: { readonly quota: OperatorStatus['quota'] }) {
  return (
    <section>
      <h2>{words.quota}</h2>
      {quota === null ? (
        <p className="quiet">{words.noQuota}</p>
      ) : (
        <>
          <p>{words.quotaMessage(quota.used, quota.perDay)}</p>
          {quota.tier && <p className="quiet">{words.tier(quota.tier)}</p>}
          {quota.perDay !== null && (
            <div className="meter">
              <span style={{ width: `${Math.min(100, (100 * quota.used) / Math.max(1, quota.perDay))}%` }} />
            </div>
          )}
          {quota.closedUntil && <p className="wrong">{words.closedUntil(moment(quota.closedUntil))}</p>}
        </>
      )}
    </section>
  )
}
