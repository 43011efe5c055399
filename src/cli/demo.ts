import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BackgroundSimulator, simulateInBackground } from '../../simulator/spotify/background.ts'
import { People } from '../../simulator/spotify/people.ts'
import { defaultApp, someQuirks } from '../../simulator/spotify/settings.ts'
import { createWorld } from '../../simulator/world/world.ts'
import { match } from '../pipelines/match.ts'
import type { Progress } from '../pipelines/progress.ts'
import type { ConsonanceServer } from '../server/server.ts'
import { bothProgress, type ProgressNote, playProgress } from '../server/threads/progress-notes.ts'
import { Thread } from '../server/threads/thread.ts'
import { spotifyListener } from '../sources/spotify/reading-notes.ts'
import { connect, Secrets, systemEnvironment } from '../spotify/index.ts'
import { Problem } from '../taste/problem.ts'
import type { DemoWork } from './demo-thread.ts'
import { printMatches } from './matches.ts'
import { counted, duration, ending, faint, json, line, strong } from './output.ts'
import { type ListenOptions, openServer, operatorFile } from './serve.ts'
import { simulatorLimits, spotifyWay } from './spotify.ts'
import { type Workspace, withWorkspace } from './workspace.ts'

export interface DemoOptions extends ListenOptions {
  /** How many simulated listeners. */
  readonly listeners: number
  /** Of the world and the model. */
  readonly seed: number
  /** Whether to serve the page, until Ctrl-C. */
  readonly serve: boolean
}

export const demoDefaults = { listeners: 600, seed: 1 } as const

/** How many matches the sample shows, and how many listeners are offered to try. */
const shown = { matches: 3, samples: 3 }

/** What the demo works with, whether it serves or not. */
interface Demo {
  readonly options: DemoOptions
  readonly workspace: Workspace
  readonly simulator: BackgroundSimulator
  /** Ids of all listeners of the world. */
  readonly people: readonly string[]
}

/**
 * Simulated listeners from nothing to matches: a simulated Spotify is started on this machine, their profiles are read
 * from it as from the real one, and a model is trained on them, while the page already answers. They are kept in a
 * folder of their own below the data folder, never among real listeners. What an earlier run has finished is not done
 * again.
 */
export async function demo(given: DemoOptions): Promise<void> {
  if (given.store)
    throw new Problem(`demo: simulated listeners are not mixed into "${given.store}"`, {
      do: 'leave --store out; they get a folder of their own in --data',
      exitCode: 2,
    })
  const { listeners, seed } = given
  const options = { ...given, data: join(given.data, folderOf(given)) }
  await withWorkspace(options, 'create', async (workspace) => {
    if (!options.json) introduce(options)
    await using simulator = await simulateInBackground({ listeners, seed })
    const one: Demo = { options, workspace, simulator, people: peopleOf(options) }
    if (options.serve) await serveDemo(one)
    else await showMatches(one)
  })
}

/** Each world has its own. */
function folderOf({ listeners, seed }: DemoOptions): string {
  const usual = listeners === demoDefaults.listeners && seed === demoDefaults.seed
  return usual ? 'demo' : `demo-${listeners}-listeners-seed-${seed}`
}

/** Ids of all listeners of the world. */
function peopleOf({ listeners, seed }: DemoOptions): readonly string[] {
  const people = new People(createWorld({ listeners, seed }), someQuirks)
  return Array.from({ length: listeners }, (_, i) => people.idOf(i))
}

async function serveDemo(one: Demo): Promise<void> {
  const { options, workspace, simulator, people } = one
  const { store, registry, policy, signal, elapsed } = workspace
  const endpoint = {
    credentials: defaultApp('extended_pre2024'),
    hosts: simulator.hosts,
    secrets: new Secrets(),
    environment: systemEnvironment,
  }
  const client = await connect({ ...endpoint, limits: simulatorLimits })
  const token = await operatorToken(options.data)
  const server = await openServer(options, {
    opened: { store, registry, close: async () => {} },
    settings: policy,
    spotify: spotifyWay(endpoint, client),
    samples: async () =>
      people
        .filter(isPlain)
        .slice(0, shown.samples)
        .map((name) => ({ name, text: name })),
  })
  try {
    const url = (await server.listen()).url ?? `http://${options.host}:${options.port}/`
    if (!options.json) sayAddress(url, elapsed())
    // Told to stop, the work is left as it is, and the next start goes on with it.
    const stopped = once(signal, 'abort')
    await Promise.race([prepareWatched(one, server).then(() => server.ready(signal)), stopped])
    if (signal.aborted) return
    const samples = people.filter(isPlain).slice(0, shown.samples)
    if (options.json) json({ simulated: true, data: options.data, url, samples, operator: token })
    else sayWhatToTry(url, samples, token, elapsed())
    await stopped
  } finally {
    await server.close()
    await client.gate.close()
  }
}

/** The preparation as a job that the page shows, and in the terminal. */
async function prepareWatched(one: Demo, server: ConsonanceServer): Promise<void> {
  if (await isPrepared(one)) return
  const { progress } = one.workspace
  await server.work('demo', 'simulated listeners and a model of them', async (job) => {
    await prepare(one, bothProgress(job.progress, progress), job.signal)
    // Until matches can be asked for, the page shows what it waits for.
    await server.ready(job.signal)
  })
}

async function showMatches(one: Demo): Promise<void> {
  const { options, workspace, people } = one
  if (!(await isPrepared(one))) await prepare(one, workspace.progress, workspace.signal)
  const [sample, other] = await samplesOf(people, workspace)
  const prepared = workspace.elapsed()
  const answer = await match({ listener: spotifyListener(sample) }, shown.matches, workspace)
  if (options.json) return json({ simulated: true, data: options.data, query: spotifyListener(sample), ...answer })
  printMatches(`simulated listener ${sample}`, answer, workspace.elapsed() - prepared)
  sayWhatNext(other, options.data)
  ending('All of the demo', workspace.elapsed())
}

async function isPrepared({ workspace, people }: Demo): Promise<boolean> {
  if (!(await workspace.registry.promoted())) return false
  return (await storedOf(people, workspace.store).next()).done === false
}

/** Reads everybody and trains a model, in a thread of its own. */
async function prepare(
  { options, simulator, people }: Pick<Demo, 'options' | 'simulator' | 'people'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const data: DemoWork = { data: options.data, seed: options.seed, hosts: simulator.hosts, people }
  const thread = new Thread(new URL('./demo-thread', import.meta.url), { data })
  try {
    await thread.call<void, ProgressNote>('prepare', [], { signal, onNote: playProgress(progress) })
    await thread.close()
  } catch (error) {
    // Training hears only now and then that it is to stop; what is stored is stored.
    await thread.kill(error)
    throw error
  }
}

/** Two stored listeners whose ids need no quotes in a shell. */
async function samplesOf(people: readonly string[], { store }: Workspace): Promise<[string, string]> {
  const found: string[] = []
  for await (const id of storedOf(people, store)) if (found.push(id) === 2) break
  const [one, other = one] = found
  if (!one || !other) throw new Problem('demo: no listener could be read', { do: 'ask for more --listeners' })
  return [one, other]
}

async function* storedOf(people: readonly string[], store: Workspace['store']): AsyncGenerator<string, void> {
  for (const id of people) if (isPlain(id) && (await store.listener(spotifyListener(id)))) yield id
}

function isPlain(id: string): boolean {
  return /^[a-z]+-[a-z]+$/.test(id)
}

/** The demo's operator is whoever may read its folder. */
async function operatorToken(data: string): Promise<string> {
  const token = randomBytes(16).toString('base64url')
  await mkdir(data, { recursive: true })
  await writeFile(operatorFile(data), `${token}\n`, { mode: 0o600 })
  return token
}

function introduce({ listeners }: DemoOptions): void {
  line(
    `A simulated Spotify on this machine with ${counted(listeners, 'simulated listener')}: animals and objects, with`,
  )
  line('invented artists. Nobody is behind them. Their profiles are read as those of the real one would be.')
}

function sayAddress(url: string, seconds: number): void {
  line()
  line(`Open ${strong(url)} ${faint(`(answers after ${duration(seconds)}; it shows what follows, too)`)}`)
  line()
}

function sayWhatToTry(url: string, samples: readonly string[], token: string, seconds: number): void {
  line()
  ending('Ready', seconds)
  line(`Consonance is at ${strong(url)}`)
  line('Try')
  for (const name of samples) line(`  ${url}?try=${name}`)
  line(`Operator  ${url}operator  ${faint(`token ${token}`)}`)
  line(faint('All of this is simulated: it shows how Consonance works, not how well it matches real people.'))
  line('Ctrl-C ends it; the next start takes up what was made.')
}

function sayWhatNext(other: string, data: string): void {
  line()
  line('All of this is simulated: it shows how Consonance works, not how well it matches real people.')
  line()
  line('Try next')
  const folder = /^[\w./-]+$/.test(data) ? data : `'${data}'`
  step(`npx consonance match ${other} --data ${folder}`, 'another simulated listener')
  step('npx consonance import hetrec2011-lastfm-2k', "real listeners: GroupLens' HetRec 2011 Last.fm 2K, unpacked")
  step('npx consonance train', 'a model of them')
  step('npx consonance match lastfm-2k:2', 'the closest listeners of one of them, with the reasons')
  line()
}

function step(command: string, what: string): void {
  line(`  ${strong(command)}`)
  line(`    ${faint(what)}`)
}
