import { HopsworksError } from '../error.ts'
import type { Row } from '../groups/feature-types.ts'
import { backoff } from '../http/environment.ts'
import type { CallOptions } from '../login-options.ts'
import type { Session } from '../session.ts'
import { Shared } from '../shared.ts'
import type { FlightConnection, SignedQuery } from './flight-connection.ts'

/** The project's offline store, read through the Feature Query Service (Arrow Flight). */
export class OfflineStore {
  readonly #session: Session
  readonly #flight: Shared<FlightConnection>

  constructor(session: Session) {
    this.#session = session
    this.#flight = new Shared(async () => {
      // gRPC takes longer to load than all the rest; who reads nothing offline does without.
      const { FlightConnection } = await import('./flight-connection.ts')
      return FlightConnection.open(session)
    })
  }

  /**
   * The rows of a query, at most 10,000 at a time, as they come; the next are fetched when they are asked for. Passing failures are
   * tried again until the first rows are there. Breaking off the loop gives the read up.
   * @param query as `featurestores/query` of the API takes it
   * @param subject what is read, as errors say it
   * @throws HopsworksError also after some rows, when the rest can't be had
   */
  async *read(
    query: unknown,
    { subject, signal }: CallOptions & { readonly subject: string },
  ): AsyncGenerator<Row[], void, undefined> {
    const { environment, timeouts, options } = this.#session
    const flight = await this.#flight.get(signal)
    const signed = await this.#signed(query, subject, signal)
    const until = environment.now() + timeouts.patience
    for (let tries = 1; ; tries++) {
      let isBegun = false
      try {
        for await (const rows of this.#pages(flight, signed, subject, signal)) {
          isBegun = true
          yield rows
        }
        return
      } catch (error) {
        const delay = backoff(tries, environment)
        const isPassing = error instanceof HopsworksError && error.passing
        if (isBegun || !isPassing || environment.now() + delay > until) throw error
        options.log?.({ kind: 'retry', part: 'flight', subject, attempt: tries, because: error.message })
        await environment.sleep(delay, AbortSignal.any([flight.closed, ...(signal ? [signal] : [])]))
      }
    }
  }

  async *#pages(
    flight: FlightConnection,
    signed: SignedQuery,
    subject: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Row[], void, undefined> {
    const { ArrowRows } = await import('./arrow-rows.ts')
    const arrow = new ArrowRows()
    for await (const data of flight.read(signed, subject, signal)) yield* decoded(() => arrow.pages(data), subject)
  }

  async #signed(query: unknown, subject: string, signal: AbortSignal | undefined): Promise<SignedQuery> {
    const answer = (await this.#session.projectApi({
      method: 'PUT',
      path: 'featurestores/query',
      query: { hqs: true },
      json: query,
      subject,
      signal,
    })) as { hqsPayload?: string | null; hqsPayloadSignature?: string | null } | null
    if (!answer?.hqsPayload)
      throw new HopsworksError('api', `${subject}: the backend makes no query for the Feature Query Service of it`, {
        do: 'only groups in HUDI, Delta or Iceberg can be read so',
      })
    return { payload: answer.hqsPayload, signature: answer.hqsPayloadSignature ?? undefined }
  }
}

function* decoded(pages: () => Iterable<Row[]>, subject: string): Generator<Row[], void, undefined> {
  try {
    yield* pages()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown'
    throw new HopsworksError('flight', `${subject}: what came can't be read as Arrow (${why})`, { cause })
  }
}
