import { isMissing, missing } from '../api-refusal.ts'
import { HopsworksError } from '../error.ts'
import type { RowProducer } from '../kafka/row-producer.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import type { Materialization } from './feature-group.ts'

interface Execution {
  readonly id: number
  readonly state?: string
  readonly finalStatus?: string
  readonly submissionTime?: string
}

const succeeded = new Set(['SUCCEEDED', 'FINISHED'])
const failed = new Set([
  'FAILED',
  'KILLED',
  'FRAMEWORK_FAILURE',
  'APP_MASTER_START_FAILED',
  'INITIALIZATION_FAILED',
  'STARTING_APP_MASTER_FAILED',
  'CLOSED',
])

/** Milliseconds between two looks at a job; the first ones are quicker. */
const longestPeriod = 3_000
/** Milliseconds that a start may take when the client closes. */
const closingTime = 10_000
const defaultTimeout = 900_000
/** Milliseconds after which a run is tried again that would have stood beside another, at least. */
const busyTime = 30_000

/**
 * Starts the job that carries a group's rows from Kafka to the offline store: at most once per window, and never beside
 * one that runs. A run takes everything since the one before, so that a request within the window is kept and served when
 * the window ends, or when the client closes.
 */
export class Materializer {
  readonly #session: Session
  readonly #group: string
  readonly #topic: string
  readonly #producer: (signal: AbortSignal | undefined) => Promise<RowProducer>
  #startedAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @param group name and version, as the job's name has them: `profiles_1` */
  constructor(
    session: Session,
    group: string,
    topic: string,
    producer: (signal: AbortSignal | undefined) => Promise<RowProducer>,
  ) {
    this.#session = session
    this.#group = group
    this.#topic = topic
    this.#producer = producer
    session.closing(() => this.#flush())
  }

  /** Starts a run, or undefined: within the window, or beside another run; then it is started later. @throws HopsworksError */
  request({ signal }: CallOptions): Promise<Materialization | undefined> {
    const turn = this.#last.then(() => this.#inWindow(signal))
    this.#last = turn.catch(() => {})
    return turn
  }

  /** After an insertion: what goes wrong here must not say that the rows are not safe. Tried again after a window. */
  async requestAfterInsertion(options: CallOptions): Promise<void> {
    try {
      await this.request(options)
    } catch (error) {
      options.signal?.throwIfAborted()
      this.#note(error)
      this.#later(Math.max(this.#session.window, busyTime))
    }
  }

  async #inWindow(signal: AbortSignal | undefined): Promise<Materialization | undefined> {
    const { environment, window } = this.#session
    const left = this.#startedAt + window - environment.now()
    const started = left > 0 ? undefined : await this.#start(signal)
    if (!started) this.#later(left > 0 ? left : Math.max(window, busyTime))
    return started
  }

  #later(ms: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.request({}).catch((error) => this.#note(error))
    }, ms)
    this.#timer.unref()
  }

  async #flush(): Promise<void> {
    await this.#last
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#start(AbortSignal.timeout(closingTime)).catch((error) => this.#note(error))
  }

  #note(error: unknown): void {
    const text = `materialization of ${this.#group}: ${error instanceof Error ? error.message : 'failed'}`
    this.#session.options.log?.({ kind: 'note', part: 'materialization', text })
  }

  async #start(signal: AbortSignal | undefined): Promise<Materialization | undefined> {
    const job = await this.#ask('GET', '', { isMissing: isMissing(missing.job), signal })
    if (job === undefined)
      throw this.#error('the feature group has no job for it', 'create the group as a stream group', undefined)
    const [latest] = await this.#executions(signal)
    if (latest && !isFinal(latest)) return undefined
    const { defaultArgs = '' } = (job as { config?: { defaultArgs?: string } } | null)?.config ?? {}
    const body = `${defaultArgs}${latest ? '' : await this.#checkpoint(signal)}`
    const headers = { 'content-type': 'text/plain' }
    const execution = (await this.#ask('POST', '/executions', { body, headers, signal })) as Execution | null
    if (!execution?.id) throw this.#error('the job did not start', 'look at the job in Hopsworks', undefined)
    this.#startedAt = this.#session.environment.now()
    return {
      execution: execution.id,
      finished: ({ timeout = defaultTimeout, signal: given } = {}) => this.#finished(execution.id, timeout, given),
    }
  }

  /**
   * Where the first run begins: at the first offsets that the topic has. The official client takes the last ones before
   * the insertion, which would leave out rows that were inserted without a run.
   */
  async #checkpoint(signal: AbortSignal | undefined): Promise<string> {
    const producer = await this.#producer(signal)
    const offsets = await producer.firstOffsets(this.#topic, signal)
    const list = offsets.map(([partition, offset]) => `${partition}:${offset}`).join(',')
    return ` -initialCheckPointString ${this.#topic},${list}`
  }

  async #executions(signal: AbortSignal | undefined): Promise<readonly Execution[]> {
    const query = { limit: 1, sort_by: 'submissiontime:desc' }
    const answer = (await this.#ask('GET', '/executions', { query, signal })) as { items?: Execution[] } | null
    return answer?.items ?? []
  }

  async #finished(id: number, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const { environment } = this.#session
    const until = environment.now() + timeout
    for (let look = 1; ; look++) {
      const execution = (await this.#ask('GET', `/executions/${id}`, { signal })) as Execution | null
      const status = execution?.finalStatus ?? execution?.state ?? 'UNDEFINED'
      if (succeeded.has(status)) return
      if (failed.has(status))
        throw this.#error(`the job ended as ${status}`, 'read its log in Hopsworks: the rows are safe in Kafka', false)
      if (environment.now() >= until)
        throw this.#error(`the job is not done after ${timeout} ms`, 'wait longer: it runs on by itself', true)
      await environment.sleep(Math.min(longestPeriod, 50 * 2 ** look), signal)
    }
  }

  #ask(
    method: 'GET' | 'POST',
    path: string,
    options: Omit<Parameters<Session['projectApi']>[0], 'method' | 'path' | 'subject'>,
  ): Promise<unknown> {
    return this.#session.projectApi({
      method,
      path: `jobs/${this.#group}_offline_fg_materialization${path}`,
      subject: `materialization of "${this.#group}"`,
      ...options,
    })
  }

  #error(what: string, advice: string, passing: boolean | undefined): HopsworksError {
    return new HopsworksError('materialization', `feature group "${this.#group}": ${what}`, { do: advice, passing })
  }
}

function isFinal({ finalStatus = 'UNDEFINED', state = '' }: Execution): boolean {
  return succeeded.has(finalStatus) || failed.has(finalStatus) || succeeded.has(state) || failed.has(state)
}
