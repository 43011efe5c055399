import { HopsworksError } from '../error.ts'
import { codeOf } from '../http/reach.ts'

/** What brokers say, and what to do about it. */
const sayings: Readonly<Record<string, readonly [says: string, advice: string]>> = {
  TOPIC_AUTHORIZATION_FAILED: ['the project may not write to the topic', 'ask its owner for the role Data owner'],
  CLUSTER_AUTHORIZATION_FAILED: ['the broker refuses this project', 'check that the API key is of a member of it'],
  MESSAGE_TOO_LARGE: ['a row is larger than the broker takes', 'split the row: the limit is about 1 MB'],
  RECORD_LIST_TOO_LARGE: ['a batch is larger than the broker takes', 'split the rows: the limit is about 1 MB'],
  UNKNOWN_TOPIC_OR_PARTITION: ['there is no such topic', 'check that the feature group still exists'],
}

/** An error of the Kafka client in our words. Its own carry options, and those carry keys. */
export function kafkaFailure(brokers: readonly string[], subject: string, error: unknown): HopsworksError {
  const all = [...chain(error)]
  const saying = all.map((each) => sayings[`${each.apiId}`]).find((each) => each !== undefined)
  const code = all.map(codeOf).find((each) => each && !each.startsWith('PLT_KFK')) ?? ''
  const address = brokers.join(', ')
  const cause = new Error([...new Set(all.map((each) => each.apiId ?? each.code ?? each.name))].join(', '))
  if (saying) return new HopsworksError('kafka', `${subject}: ${saying[0]}`, { do: saying[1], cause })
  if (all.some((each) => /^Unknown topic/.test(each.message ?? '')))
    return new HopsworksError('kafka', `${subject}: there is no such topic`, {
      do: 'check that the feature group still exists',
      cause,
    })
  if (
    /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(code) ||
    all.some((each) => /AUTHENTICATION/.test(`${each.code}`))
  )
    return new HopsworksError(
      'kafka',
      `${subject}: no trust between this client and the brokers at ${address} (${code || 'sign-in'})`,
      {
        do: 'log in again for fresh certificates; behind a proxy, give its authority as `ca`',
        cause,
      },
    )
  const ports = [...new Set(brokers.map((broker) => /:(\d+)$/.exec(broker)?.[1] ?? '9092'))].join(', ')
  return new HopsworksError('kafka', `${subject}: the brokers at ${address} did not take it${code && ` (${code})`}`, {
    do: `check that port ${ports} is open from here, then insert the same rows again`,
    passing: true,
    cause,
  })
}

interface KafkaError extends Partial<Error> {
  readonly apiId?: string
  readonly code?: string
  readonly errors?: readonly KafkaError[]
  readonly cause?: KafkaError
}

function* chain(error: unknown, depth = 0): Generator<KafkaError> {
  if (typeof error !== 'object' || error === null || depth > 8) return
  const each = error as KafkaError
  yield each
  yield* chain(each.cause, depth + 1)
  for (const one of each.errors ?? []) yield* chain(one, depth + 1)
}

/** Whether the brokers only refuse the numbering that keeps a repeated batch from being stored twice. */
export function refusesNumbering(error: unknown): boolean {
  const refusals = ['CLUSTER_AUTHORIZATION_FAILED', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION']
  return [...chain(error)].some((each) => refusals.includes(`${each.apiId}`) || each.code === 'PLT_KFK_UNSUPPORTED_API')
}
