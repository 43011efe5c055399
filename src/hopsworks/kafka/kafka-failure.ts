import { HopsworksError } from '../error.ts'
import { isAboutTrust } from '../http/reach.ts'
import type { KafkaAccess } from './connector.ts'
import { connectionFailure } from './diagnosis.ts'

/** What brokers say, and what to do about it. */
const sayings: Readonly<Record<string, readonly [says: string, advice: string]>> = {
  TOPIC_AUTHORIZATION_FAILED: ['the project may not write to the topic', 'ask its owner for the role Data owner'],
  CLUSTER_AUTHORIZATION_FAILED: ['the broker refuses this project', 'check that the API key is of a member of it'],
  MESSAGE_TOO_LARGE: ['a row is larger than the broker takes', 'split the row: the limit is about 1 MB'],
  RECORD_LIST_TOO_LARGE: ['a batch is larger than the broker takes', 'split the rows: the limit is about 1 MB'],
  UNKNOWN_TOPIC_OR_PARTITION: ['there is no such topic', 'check that the feature group still exists'],
}

/** An error of the Kafka client in our words. Its own carry options, and those carry keys. */
export async function kafkaFailure(access: KafkaAccess, subject: string, error: unknown): Promise<HopsworksError> {
  const all = [...chain(error)]
  const cause = new Error([...new Set(all.map((each) => each.apiId ?? each.code ?? each.name))].join(', '))
  const failure = (what: string, advice: string, passing: boolean) =>
    new HopsworksError('kafka', `${subject}: ${what}`, { do: advice, passing, cause })
  const saying = all.map((each) => sayings[`${each.apiId}`]).find((each) => each !== undefined)
  if (saying) return failure(saying[0], saying[1], false)
  if (all.some((each) => /^Unknown topic/.test(each.message ?? '')))
    return failure('there is no such topic', 'check that the feature group still exists', false)
  const address = access.brokers.join(', ')
  const code = await connectionFailure(access)
  if (code === undefined)
    return failure(
      `the brokers at ${address} answer, but did not take it in time`,
      'check that the brokers behind them can be reached by the names they give, then try again',
      true,
    )
  if (isAboutTrust(code))
    return failure(
      `no trust between this client and the brokers at ${address} (${code})`,
      'log in again for fresh certificates; behind a proxy, give its authority as `ca`',
      false,
    )
  const ports = [...new Set(access.brokers.map((broker) => /:(\d+)$/.exec(broker)?.[1] ?? '9092'))].join(', ')
  return failure(
    `can't reach the brokers at ${address} (${code})`,
    `check that port ${ports} is open from here, then try again`,
    true,
  )
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
