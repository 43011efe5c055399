import { join } from 'node:path'
import { simulatedId, worldEvents } from '../../simulator/profiles.ts'
import { createWorld, type World } from '../../simulator/world/world.ts'
import { BatchWriter } from '../pipelines/batch-writer.ts'
import { match } from '../pipelines/match.ts'
import { train } from '../pipelines/train.ts'
import { Problem } from '../taste/problem.ts'
import { linearKind } from '../training/linear-kind.ts'
import { printMatches } from './matches.ts'
import type { CommonOptions } from './options.ts'
import { counted, ending, faint, json, line, strong } from './output.ts'
import { type Workspace, withWorkspace } from './workspace.ts'

export interface DemoOptions extends CommonOptions {
  /** How many simulated listeners. */
  readonly listeners: number
  /** Of the world and the model. */
  readonly seed: number
}

export const demoDefaults = { listeners: 2000, seed: 1 } as const

/** How many matches the sample shows. */
const shown = 3

/**
 * Simulated listeners from nothing to matches: made, stored, trained on, and one of them matched. They are kept in a
 * folder of their own below the data folder, never among real listeners. What an earlier run has finished is not done
 * again.
 */
export async function demo(options: DemoOptions): Promise<void> {
  if (options.store)
    throw new Problem(`demo: simulated listeners are not mixed into "${options.store}"`, {
      do: 'leave --store out; they get a folder of their own in --data',
      exitCode: 2,
    })
  const data = join(options.data, folderOf(options))
  await withWorkspace({ ...options, data }, 'create', async (workspace) => {
    const world = createWorld(options)
    if (!options.json) introduce(world)
    if (!(await workspace.registry.promoted())) {
      await importWorld(world, workspace)
      await train({ seed: options.seed, preset: 'quick' }, { ...workspace, kind: linearKind })
    }
    const listener = simulatedId(world, 0)
    const prepared = workspace.elapsed()
    const answer = await match({ listener }, shown, workspace)
    if (options.json) return json({ simulated: true, data, query: listener, ...answer })
    printMatches(`simulated listener ${world.listener(0).name}`, answer, workspace.elapsed() - prepared)
    sayWhatNext(world, data)
    ending('All of the demo', workspace.elapsed())
  })
}

/** Each world has its own. */
function folderOf({ listeners, seed }: DemoOptions): string {
  const usual = listeners === demoDefaults.listeners && seed === demoDefaults.seed
  return usual ? 'demo' : `demo-${listeners}-listeners-seed-${seed}`
}

/** Importing again writes nothing that is stored already. */
async function importWorld(world: World, { store, progress, signal }: Workspace): Promise<void> {
  using task = progress.start('importing simulated listeners', { unit: 'listeners', total: world.listeners })
  const writer = new BatchWriter(store)
  for (const event of worldEvents(world, Math.floor(Date.now() / 1000))) {
    signal.throwIfAborted()
    await writer.add(event)
    if (event.kind === 'profile') task.advance(1)
  }
  await writer.flush()
  task.finish()
}

function introduce(world: World): void {
  line(
    `${counted(world.listeners, 'simulated listener')}: animals and objects, with invented artists. Nobody is behind them.`,
  )
}

function sayWhatNext(world: World, data: string): void {
  line()
  line('All of this is simulated: it shows how Consonance works, not how well it matches real people.')
  line()
  line('Try next')
  const name = world.listener(2).name
  const folder = /^[\w./-]+$/.test(data) ? data : `'${data}'`
  step(`npx consonance match ${name} --data ${folder}`, 'another simulated listener')
  step('npx consonance import hetrec2011-lastfm-2k', "real listeners: GroupLens' HetRec 2011 Last.fm 2K, unpacked")
  step('npx consonance train', 'a model of them')
  step('npx consonance match lastfm-2k:2', 'the closest listeners of one of them, with the reasons')
  line()
}

function step(command: string, what: string): void {
  line(`  ${strong(command)}`)
  line(`    ${faint(what)}`)
}
