import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { startRefresh } from '../../api/calls.ts'
import type { OperatorStatus } from '../../api/types.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { bytes, moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

interface IndexProps {
  readonly index: OperatorStatus['index']
  readonly schedule: OperatorStatus['schedule']
}

/** Who can be found now, how current that is, and when it is brought up to date. */
export function Index({ index, schedule }: IndexProps) {
  const [, navigate] = useLocation()
  const refresh = useMutation({ mutationFn: startRefresh, onSuccess: ({ job }) => navigate(`/jobs/${job.id}`) })
  const facts = [
    [words.version, index.model ?? undefined],
    [words.size, index.bytes === undefined ? undefined : bytes(index.bytes)],
    [words.refreshed, index.refreshedAt && moment(index.refreshedAt)],
  ] as const
  return (
    <section>
      <h2>{words.index}</h2>
      <p>{words.indexMessage(index.listeners, Math.max(0, index.lastChange - index.upToChange))}</p>
      <p>{words.scheduleMessage(schedule.refresh)}</p>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name} className="fact">
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p>
        <button type="button" className="button slim" onClick={() => refresh.mutate()}>
          {words.refreshNow}
        </button>
      </p>
      {refresh.error && <ProblemNotice problem={refresh.error} />}
    </section>
  )
}
