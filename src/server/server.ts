import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Progress } from '../pipelines/progress.ts'
import { runRegularly, type Schedule } from '../pipelines/schedule.ts'
import type { NameReader } from '../sources/names/name-reader.ts'
import { isSpotifyListener } from '../sources/spotify/reading-notes.ts'
import type { OpenStore } from '../store/open.ts'
import { Problem } from '../taste/problem.ts'
import { createApp } from './app.ts'
import { problemDetailsOf } from './failures.ts'
import { Identities } from './identity.ts'
import { Answers } from './jobs/answers.ts'
import { JobBoard } from './jobs/board.ts'
import { type FillGaps, matchJob } from './jobs/match-job.ts'
import { type NamingDeps, planFor } from './jobs/named-profile.ts'
import { isAbout, type Plan } from './jobs/plan.ts'
import { refreshJob } from './jobs/refresh-job.ts'
import { EventStreams } from './jobs/streams.ts'
import type { JobKind, JobRow } from './ledger/jobs.ts'
import { Ledger, serverFolder } from './ledger/ledger.ts'
import { secretOf } from './ledger/secret.ts'
import { defaultLimits, type ServerLimits } from './limits.ts'
import { lockFolder } from './lock.ts'
import type { Matcher } from './matcher/matcher.ts'
import type { StorePlace } from './matcher/store-place.ts'
import { matcherPool } from './matcher/thread-matcher.ts'
import { Metrics } from './metrics.ts'
import { Pages } from './pages.ts'
import { type Place, placeOf } from './place.ts'
import { ApiProblem } from './problems.ts'
import { Reader } from './reading/reader.ts'
import type { TypedApp } from './routes/types.ts'
import type { Sample, ServerSettings, Services } from './services.ts'
import { Spool } from './spool.ts'
import { SpotifySignIns } from './spotify-sign-ins.ts'
import type { SpotifyWay } from './spotify-way.ts'
import { type ProgressNote, playProgress } from './threads/progress-notes.ts'
import { Thread } from './threads/thread.ts'
import { Upkeep } from './upkeep.ts'

export interface ServerOptions {
  readonly opened: OpenStore
  /** Where threads of the server find the same store. */
  readonly storePlace: StorePlace
  readonly settings: ServerSettings
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** The application's address as browsers see it, where a proxy stands before it. */
  readonly publicUrl?: string | undefined
  /** Addresses of proxies whose word on who asks is taken. */
  readonly trustProxy?: string | undefined
  /** Folder of the built page. */
  readonly pages: string
  readonly spotify?: SpotifyWay | undefined
  /** Read people of other services by name. */
  readonly names?: readonly NameReader[]
  readonly fillGaps?: FillGaps
  readonly operatorToken?: string | undefined
  readonly limits?: Partial<ServerLimits>
  readonly samples?: () => Promise<readonly Sample[]>
  /** When the population is brought up to date without anybody asking: a cron expression; `off` or absent: never. */
  readonly schedule?: string | undefined
  /** Default: one in a thread of its own. */
  readonly matcher?: Matcher
  /** Where the log goes; default stderr. */
  readonly log?: Logger
}

/** Work that everybody may watch, such as making the demo's model. */
export type PublicWork = (context: { readonly progress: Progress; readonly signal: AbortSignal }) => Promise<void>

/** A server that is ready, and listens when it is told to. */
export class ConsonanceServer {
  readonly app: TypedApp
  readonly #parts: Parts
  #closing: Promise<void> | undefined

  private constructor(app: TypedApp, parts: Parts) {
    this.app = app
    this.#parts = parts
  }

  /** @throws Problem when the settings make no sense, or another server works on the folder */
  static async open(options: ServerOptions): Promise<ConsonanceServer> {
    const folder = serverFolder(options.storePlace.dataFolder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const unlock = lockFolder(folder)
    try {
      const parts = await assemble(options, folder, unlock)
      const pages = await Pages.load(options.pages, parts.services.place)
      const { log } = parts
      const app = await createApp(parts.services, { log, pages, trustProxy: options.trustProxy ?? false })
      return new ConsonanceServer(app, parts)
    } catch (error) {
      unlock()
      throw error
    }
  }

  /** Listens, and goes on with jobs that had not ended. @returns where browsers find the application */
  async listen(): Promise<Place> {
    const { options, services, setPlace } = this.#parts
    const { host, port, publicUrl } = options
    try {
      await this.app.listen({ host, port })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new Problem(`serve: "${host}" port ${port} can't be listened on (${code})`, {
        do: 'choose another --host or --port; --port 0 takes any free one',
        cause: error,
      })
    }
    const { address, port: bound } = this.app.server.address() as AddressInfo
    setPlace(placeOf(publicUrl, { host: host === 'localhost' ? host : address, port: bound }))
    services.board.resume('match')
    services.board.resume('refresh')
    return services.place()
  }

  /** Where browsers find the application. */
  get place(): Place {
    return this.#parts.services.place()
  }

  /** Does some work as a job that everybody may watch; goes on with one of its kind that had not ended. */
  async work(kind: JobKind, what: string, work: PublicWork): Promise<void> {
    const { services, setWork } = this.#parts
    const { board, ledger } = services
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    board.on(kind, async ({ progress, signal }) => {
      try {
        await work({ progress, signal })
        resolve()
      } catch (error) {
        reject(error)
        throw error
      } finally {
        setWork(null)
      }
    })
    const before = ledger.jobs.unfinished().find((job) => job.kind === kind)
    setWork((before ?? board.add({ kind, what, session: null, client: null, owner: null, request: null })).id)
    if (before) board.resume(kind)
    await promise
  }

  /** Resolves when the promoted model answers, if there is one. */
  async ready(signal: AbortSignal): Promise<void> {
    const { matcher, registry } = this.#parts.services
    while ((await registry.promoted()) !== undefined) {
      const { model, problem } = await matcher.state()
      if (model !== null || problem !== undefined) return
      await pause(100, signal)
    }
  }

  /** Ends everything in order: streams, jobs (which go on at the next start), requests, threads. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { services, schedule, upkeep, reader, unlock } = this.#parts
    services.streams.stop()
    schedule.stop()
    await services.board.stop()
    await this.app.close()
    await upkeep.stop()
    await Promise.all([services.matcher.close(), reader.close()])
    services.ledger.close()
    unlock()
  }
}

interface Parts {
  readonly options: ServerOptions
  readonly services: Services
  readonly schedule: Schedule
  readonly upkeep: Upkeep
  readonly reader: Reader
  readonly log: Logger
  readonly setPlace: (place: Place) => void
  readonly setWork: (job: string | null) => void
  readonly unlock: () => void
}

async function assemble(options: ServerOptions, folder: string, unlock: () => void): Promise<Parts> {
  const { opened, storePlace, settings, spotify, operatorToken } = options
  const { store, registry } = opened
  const limits = { ...defaultLimits, ...options.limits }
  const log = options.log ?? pino(pino.destination({ dest: 2, sync: false }))
  const now = () => Date.now() / 1000
  const seconds = () => Math.floor(now())
  let place = placeOf(options.publicUrl, { host: options.host, port: options.port })
  let work: string | null = null

  // Before anything is opened: what is no schedule is refused.
  const schedule = runRegularly(options.schedule ?? 'off', async () => {
    try {
      const isUnderWay = ledger.jobs.unfinished().some(({ kind }) => kind === 'refresh')
      if (!isUnderWay && (await registry.promoted())) board.add(refreshJob)
    } catch (error) {
      onError(error)
    }
  })

  const ledger = new Ledger(storePlace.dataFolder)
  const spool = new Spool(join(folder, 'spool'), limits)
  const matcher = options.matcher ?? matcherPool(storePlace, limits.matchers)
  const reader = new Reader(storePlace, limits.readingTimeout)
  const answers = new Answers({ store, matcher, blocks: ledger.blocks })
  const onError = (error: unknown) => log.error({ err: error }, 'defect')
  const board = new JobBoard({
    ledger: ledger.jobs,
    parallel: limits.parallelJobs,
    now: seconds,
    problemOf: (error) => problemDetailsOf(error, onError),
    onError,
    onEnd: (job) => {
      answers.forget(job.id)
      void removeFiles(job, spool, ledger).catch(onError)
    },
  })
  const { names = [] } = options
  const naming: NamingDeps = {
    store,
    ways: { ...(spotify && { spotify }), names: new Set(names.map(({ service }) => service)) },
    policy: settings,
    isOwned: (key) => ledger.owners.isOwned(key),
    now: seconds,
  }
  const signIns = spotify && new SpotifySignIns(spotify, ledger.sessions)
  board.on('match', (context) =>
    matchJob(context, {
      ...{ store, registry, ledger, matcher, answers, reader, names, now: seconds },
      ...(spotify && { spotify }),
      publicProfiles: settings.publicProfiles,
      fillGaps: options.fillGaps,
      planFor: (text) => planFor(text, naming),
      personClient: (session) => {
        if (!signIns) throw new ApiProblem('way-closed')
        return signIns.client(session)
      },
      modelMade: async (signal) => {
        while (work !== null && (await registry.promoted()) === undefined) await pause(300, signal)
      },
    }),
  )
  board.on('refresh', async ({ progress, signal }) => {
    const thread = new Thread(new URL('./matcher/refresh-thread', import.meta.url), { data: storePlace })
    try {
      await thread.call<void, ProgressNote>('refresh', [], { signal, onNote: playProgress(progress) })
    } finally {
      await thread.close()
    }
  })
  await sweep(ledger, spool)

  const operator = operatorToken === undefined ? undefined : secretOf(operatorToken).hash
  const metrics = new Metrics()
  const services: Services = {
    ...{ store, registry, settings, ledger, board, matcher, answers, spool, limits, metrics, naming },
    dataFolder: storePlace.dataFolder,
    streams: new EventStreams(limits),
    identities: new Identities({ ledger, now: seconds, place: () => place, ...(operator && { operator }) }),
    ...(spotify && { spotify }),
    ...(signIns && { signIns }),
    schedule: options.schedule === 'off' ? undefined : options.schedule,
    ...(operator !== undefined && { operator }),
    samples: options.samples ?? (async () => []),
    work: () => work,
    place: () => place,
    eraseListener: async ({ id, key }) => {
      // A job that reads them would store them again.
      const theirs = ledger.jobs.unfinished().filter((job) => job.listener === key || isAbout(job.request, id))
      await Promise.all(theirs.map((job) => board.cancel(job)))
      await store.erase(id, { forGood: isSpotifyListener(id) })
      ledger.forget(key, id)
    },
    startedAt: seconds(),
    now: seconds,
  }
  metrics.watch({
    streams: () => services.streams.size,
    jobs: () => ledger.jobs.counts(),
    listeners: async () => (await matcher.state()).listeners,
  })
  const upkeep = await Upkeep.start({ store, ledger, spool, now: seconds, onError })
  const setPlace = (next: Place) => {
    place = next
  }
  const setWork = (job: string | null) => {
    work = job
  }
  return { options, services, schedule, upkeep, reader, log, setPlace, setWork, unlock }
}

/** What a job had to read is of no use to anybody when it has ended. */
async function removeFiles({ request }: JobRow, spool: Spool, ledger: Ledger): Promise<void> {
  const plan = request === null ? undefined : (JSON.parse(request) as Plan)
  if (plan?.read === 'items') await spool.removeFile(plan.file)
  if (plan?.read !== 'files') return
  for (const file of plan.files) await spool.removeFile(file)
  for (const upload of plan.uploads) ledger.uploads.remove(upload)
}

/** Only files that a job or an upload still names stay. */
async function sweep(ledger: Ledger, spool: Spool): Promise<void> {
  const plans = ledger.jobs
    .unfinished()
    .flatMap(({ request }) => (request === null ? [] : [JSON.parse(request) as Plan]))
  const ofJobs = plans.flatMap((plan) =>
    plan.read === 'items' ? [plan.file] : plan.read === 'files' ? plan.files : [],
  )
  const ofUploads = ledger.uploads.all().map(({ id, name }) => spool.pathOf(id, name))
  await spool.sweep(new Set([...ofJobs, ...ofUploads]))
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
