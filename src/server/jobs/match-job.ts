import { rm } from 'node:fs/promises'
import type { ProfileSoFar } from '../../pipelines/ingest-spotify.ts'
import type { Progress } from '../../pipelines/progress.ts'
import type { NameReader } from '../../sources/names/name-reader.ts'
import type { PublicProfiles } from '../../sources/spotify/public-profiles.ts'
import { parseSpotifyLink, resolveShortLink, type SpotifyClient } from '../../spotify/index.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { ModelRegistry } from '../../store/model-registry.ts'
import { noConsent } from '../../taste/consent.ts'
import type { Listener, Profile } from '../../taste/listener.ts'
import type { ListenerId } from '../../taste/listener-id.ts'
import { Problem } from '../../taste/problem.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Matcher } from '../matcher/matcher.ts'
import { ApiProblem } from '../problems.ts'
import type { Reader } from '../reading/reader.ts'
import type { SpotifyWay } from '../spotify-way.ts'
import type { Answers } from './answers.ts'
import type { JobContext } from './board.ts'
import { readNamedProfile } from './name-reading.ts'
import type { Plan } from './plan.ts'
import { type Read, readSpotifyProfile } from './spotify-reading.ts'

/** Asks others for what is not known of the tracks of a listener. */
export type FillGaps = (
  listener: ListenerId,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
) => Promise<unknown>

export interface MatchJobDeps {
  readonly store: FeatureStore
  readonly registry: ModelRegistry
  readonly ledger: Ledger
  readonly matcher: Matcher
  readonly answers: Answers
  readonly reader: Reader
  readonly spotify?: SpotifyWay
  readonly publicProfiles?: PublicProfiles | undefined
  readonly names: readonly NameReader[]
  /** A client for whoever signed in with this session. */
  readonly personClient: (session: string) => SpotifyClient
  /** Asks others for what nobody told of a listener's tracks. */
  readonly fillGaps?: FillGaps | undefined
  readonly planFor: (text: string) => Promise<Plan>
  /** Resolves when there is a model, or nobody is making one. */
  readonly modelMade: (signal: AbortSignal) => Promise<void>
  /** Seconds since 1970. */
  readonly now: () => number
}

/** Fewer artists than that say nothing yet, and an answer needs a good deal more than the one before to be worth it. */
const provisional = { leastItems: 20, growth: 2 }

/** Reads a profile and finds who is closest to it: what most jobs are. */
export async function matchJob(context: JobContext, deps: MatchJobDeps): Promise<void> {
  const { job, signal } = context
  const plan = await followed(JSON.parse(job.request ?? '{}') as Plan, context, deps)
  const { listener: id, sentences, notRead } = await read(plan, context, deps)
  signal.throwIfAborted()
  if (sentences.length + notRead.length > 0)
    context.emit({ event: 'said', data: { sentences: [...sentences], notRead: [...notRead] } })
  const listener = await deps.store.listener(id)
  if (!listener) throw new ApiProblem('profile-not-found')
  hand(listener, plan, context, deps)
  await deps.modelMade(signal)
  if (!(await deps.registry.promoted()))
    throw new ApiProblem('no-model', 'The profile is stored, but there is no model yet: the operator has to train one.')
  using step = context.progress.start('finding the closest', {
    unit: 'listeners',
    total: (await deps.matcher.state()).listeners,
  })
  // The first question about a profile describes and embeds it; whoever asks next gets the answer at once.
  const { candidates } = await deps.answers.of(listener, { isOwner: false })
  signal.throwIfAborted()
  step.advance(candidates)
  step.finish()
  const { fillGaps } = deps
  if (fillGaps && plan.read !== 'nothing') {
    context.answered(true)
    // Matches are worth more than what would make them a little better.
    await fillGaps(listener.id, context).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof Problem)) throw error
    })
  }
  context.answered(false)
}

/** A short link says only here where it leads, and whether that may be read. */
async function followed(plan: Plan, { signal }: JobContext, { planFor }: MatchJobDeps): Promise<Plan> {
  if (plan.read !== 'spotify') return plan
  const link = parseSpotifyLink(plan.link)
  return link.kind === 'short' ? await planFor(await resolveShortLink(link.url, undefined, signal)) : plan
}

/** Gives the profile to whoever asked for it. */
function hand({ key }: Listener, plan: Plan, { job, storedAs }: JobContext, { ledger, now }: MatchJobDeps): void {
  if (job.owner === null && ledger.owners.isOwned(key) && ledger.sessions.role(job.session ?? '', key) !== 'owner')
    throw new ApiProblem('profile-owned', 'Somebody brought or claimed this profile. If it is yours, sign in.')
  const isTheirs = plan.read === 'items' || plan.read === 'files' || plan.read === 'me'
  if (job.owner !== null) {
    ledger.owners.add(job.owner, key)
    // Until now it was for everybody who could name it.
    ledger.sessions.withdrawViewers(key)
  }
  if (job.session !== null) ledger.sessions.grant(job.session, key, isTheirs ? 'owner' : 'viewer', now())
  storedAs(key)
}

async function read(plan: Plan, context: JobContext, deps: MatchJobDeps): Promise<Read> {
  const { signal, progress, job } = context
  const { store, reader, spotify, publicProfiles, now } = deps
  switch (plan.read) {
    case 'nothing':
      return { listener: plan.listener, sentences: [], notRead: [] }
    case 'spotify':
    case 'me': {
      if (!spotify) throw new ApiProblem('way-closed')
      const isMe = plan.read === 'me'
      const client = isMe ? deps.personClient(job.session ?? '') : spotify.client
      using early = new ProvisionalAnswers(context, deps)
      return await readSpotifyProfile(isMe ? spotifyUri(plan.person) : plan.link, {
        ...{ client, store, publicProfiles, progress, signal, now },
        ...(isMe && { signedIn: plan.person }),
        onProfile: (soFar) => early.offer(soFar),
      })
    }
    case 'name': {
      const options = { store, readers: deps.names, publicProfiles, progress, signal, now }
      return await readNamedProfile(`${plan.service}:${plan.name}`, options)
    }
    case 'items': {
      using step = progress.start('storing what you brought', { unit: 'entries' })
      const by = { listener: plan.listener, consent: noConsent, now: now() }
      const { items, sentences, notRead } = await reader.items(plan.file, by, { signal })
      step.advance(items)
      step.finish()
      await rm(plan.file, { force: true })
      return { listener: plan.listener, sentences, notRead }
    }
    case 'files': {
      using step = progress.start('reading files', { unit: 'bytes' })
      const { listener, name, consent } = plan
      const by = { listener, consent, now: now(), ...(name !== undefined && { name }) }
      const onNote = ({ bytes }: { readonly bytes: number }) => step.advance(bytes)
      const { items, sentences, notRead } = await reader.files(plan.files, by, { signal, onNote })
      step.finish(`${items.toLocaleString('en-US')} entries`)
      for (const [at, file] of plan.files.entries()) {
        await rm(file, { force: true })
        deps.ledger.uploads.remove(plan.uploads[at]!)
      }
      return { listener, sentences, notRead }
    }
  }
}

function spotifyUri(id: string): string {
  return `spotify:user:${encodeURIComponent(id)}`
}

/** Answers with what was read so far: one at a time, and only when there is a good deal more than before. */
class ProvisionalAnswers implements Disposable {
  readonly #context: JobContext
  readonly #deps: MatchJobDeps
  #busy = false
  #over = false
  #items = provisional.leastItems / provisional.growth

  constructor(context: JobContext, deps: MatchJobDeps) {
    this.#context = context
    this.#deps = deps
  }

  offer({ listener, name, items }: ProfileSoFar): void {
    if (this.#busy || items.length < this.#items * provisional.growth) return
    this.#busy = true
    this.#items = items.length
    const profile: Profile = {
      id: listener,
      ...(name !== undefined && { name }),
      provenance: {
        origin: this.#deps.spotify?.simulated ? 'simulated' : 'spotify',
        source: 'spotify',
        readAt: this.#deps.now(),
      },
      consent: noConsent,
      items,
    }
    // Too little to match yet is no reason to fail: more is on its way.
    void this.#answer(profile)
      .catch(() => {})
      .finally(() => {
        this.#busy = false
      })
  }

  async #answer(profile: Profile): Promise<void> {
    const { registry, answers } = this.#deps
    const { job, signal, answered } = this.#context
    if (!(await registry.promoted())) return
    await answers.provisional(job.id, profile)
    if (this.#over || signal.aborted) answers.forget(job.id)
    else answered(true)
  }

  [Symbol.dispose](): void {
    this.#over = true
  }
}
