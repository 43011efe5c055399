import type { OperatorStatus } from '../../api/types.ts'
import { bytes, moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

export function Machine({ status: { version, startedAt, memory, disk } }: { readonly status: OperatorStatus }) {
  return (
    <section className="across">
      <h2>{words.machine}</h2>
      <dl className="facts">
        <dt>{words.version}</dt>
        <dd>{version}</dd>
        <dt>{words.uptime}</dt>
        <dd>{moment(startedAt)}</dd>
        <dt>{words.memory}</dt>
        <dd>{bytes(memory.rssBytes)}</dd>
        <dt>{words.disk}</dt>
        <dd>{bytes(disk.dataBytes)}</dd>
      </dl>
    </section>
  )
}
