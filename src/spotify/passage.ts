import type { Environment } from './environment.ts'
import { type Exchange, type ExchangeRequest, exchange } from './exchange.ts'
import type { Gate } from './gate.ts'

interface Passing extends ExchangeRequest {
  /** What it is counted under. */
  readonly group: string
  /** Called in the moment in which it is sent. */
  readonly onSend: () => void
}

/** Sends a request when its turn has come. @throws SpotifyError of the gate, or of the exchange */
export function pass(gate: Gate, environment: Environment, { group, onSend, ...request }: Passing): Promise<Exchange> {
  const { subject, signal } = request
  return gate.run({ group, subject, signal }, () => {
    onSend()
    return exchange(environment, request)
  })
}
