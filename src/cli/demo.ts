import { join } from 'node:path'
import { simulateInBackground } from '../../simulator/spotify/background.ts'
import { People } from '../../simulator/spotify/people.ts'
import { defaultApp, someQuirks } from '../../simulator/spotify/settings.ts'
import { createWorld } from '../../simulator/world/world.ts'
import { ingestSpotify } from '../pipelines/ingest-spotify.ts'
import { match } from '../pipelines/match.ts'
import { train } from '../pipelines/train.ts'
import { spotifyListener } from '../sources/spotify/reading-notes.ts'
import { connect, profileLink } from '../spotify/index.ts'
import { Problem } from '../taste/problem.ts'
import { linearKind } from '../training/linear-kind.ts'
import { printMatches } from './matches.ts'
import type { CommonOptions } from './options.ts'
import { counted, ending, faint, json, line, strong } from './output.ts'
import { simulatorLimits } from './spotify.ts'
import { type Workspace, withWorkspace } from './workspace.ts'

export interface DemoOptions extends CommonOptions {
  /** How many simulated listeners. */
  readonly listeners: number
  /** Of the world and the model. */
  readonly seed: number
}

export const demoDefaults = { listeners: 600, seed: 1 } as const

/** How many matches the sample shows. */
const shown = 3

/**
 * Simulated listeners from nothing to matches: a simulated Spotify is started on this machine, their profiles are read
 * from it as from the real one, a model is trained on them, and one of them is matched. They are kept in a folder of
 * their own below the data folder, never among real listeners. What an earlier run has finished is not done again.
 */
export async function demo(options: DemoOptions): Promise<void> {
  if (options.store)
    throw new Problem(`demo: simulated listeners are not mixed into "${options.store}"`, {
      do: 'leave --store out; they get a folder of their own in --data',
      exitCode: 2,
    })
  const data = join(options.data, folderOf(options))
  await withWorkspace({ ...options, data }, 'create', async (workspace) => {
    const people = peopleOf(options)
    if (!options.json) introduce(options)
    if (!(await isPrepared(people, workspace))) {
      await ingestWorld(people, options, workspace)
      await train({ seed: options.seed, preset: 'quick' }, { ...workspace, kind: linearKind })
    }
    const [sample, other] = await samples(people, workspace)
    const prepared = workspace.elapsed()
    const answer = await match({ listener: spotifyListener(sample) }, shown, workspace)
    if (options.json) return json({ simulated: true, data, query: spotifyListener(sample), ...answer })
    printMatches(`simulated listener ${sample}`, answer, workspace.elapsed() - prepared)
    sayWhatNext(other, data)
    ending('All of the demo', workspace.elapsed())
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

async function isPrepared(people: readonly string[], { registry, store }: Workspace): Promise<boolean> {
  if (!(await registry.promoted())) return false
  return (await storedOf(people, store).next()).done === false
}

/** Two stored listeners whose ids need no quotes in a shell. */
async function samples(people: readonly string[], { store }: Workspace): Promise<[string, string]> {
  const found: string[] = []
  for await (const id of storedOf(people, store)) if (found.push(id) === 2) break
  const [one, other = one] = found
  if (!one || !other) throw new Problem('demo: no listener could be read', { do: 'ask for more --listeners' })
  return [one, other]
}

async function* storedOf(people: readonly string[], store: Workspace['store']): AsyncGenerator<string, void> {
  for (const id of people) if (/^[a-z]+-[a-z]+$/.test(id) && (await store.listener(spotifyListener(id)))) yield id
}

/** Reads all profiles through the Web API client. Reading again asks only for what has changed. */
async function ingestWorld(
  people: readonly string[],
  { listeners, seed }: DemoOptions,
  { store, progress, signal }: Workspace,
): Promise<void> {
  await using simulator = await simulateInBackground({ listeners, seed })
  const client = await connect({
    credentials: defaultApp('extended_pre2024'),
    hosts: simulator.hosts,
    limits: simulatorLimits,
  })
  const links = people.map((id) => profileLink(id).url)
  const { stopped } = await ingestSpotify(links, {
    client,
    store,
    progress,
    signal,
    now: () => Math.floor(Date.now() / 1000),
  })
  if (stopped) throw new Problem(`demo: ${stopped.reason}`)
}

function introduce({ listeners }: DemoOptions): void {
  line(
    `A simulated Spotify on this machine with ${counted(listeners, 'simulated listener')}: animals and objects, with`,
  )
  line('invented artists. Nobody is behind them. Their profiles are read as those of the real one would be.')
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
