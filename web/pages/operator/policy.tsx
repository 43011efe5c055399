import type { OperatorStatus } from '../../api/types.ts'
import { Table } from '../../parts/table.tsx'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

interface PolicyProps {
  readonly policy: OperatorStatus['policy']
  readonly switches: OperatorStatus['switches']
}

/** What may be done with whose data, as the switches stand. */
export function Policy({ policy, switches }: PolicyProps) {
  return (
    <section className="across">
      <h2>{words.policy}</h2>
      <Table
        label={words.policy}
        head={[words.originHead, words.keptFor, words.matched, words.trainedOn]}
        rows={policy.map(({ origin, keptFor, matched, trained, matching, training }) => [
          origin,
          texts.you.origins[origin],
          keptFor,
          asItStands(matching, matched),
          asItStands(training, trained),
        ])}
      />
      <Table
        label={words.switches}
        head={[words.switchName, words.value, words.explained]}
        rows={switches.map(({ name, value, page }) => [name, <code key="name">{name}</code>, value, page])}
      />
    </section>
  )
}

function asItStands(allowed: boolean, by: string): string {
  return by === 'yes' ? words.yes : `${allowed ? words.yes : words.no} (${by})`
}
