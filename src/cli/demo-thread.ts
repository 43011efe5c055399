import { workerData } from 'node:worker_threads'
import { defaultApp } from '../../simulator/spotify/settings.ts'
import { ingestSpotify } from '../pipelines/ingest-spotify.ts'
import { refresh } from '../pipelines/refresh.ts'
import { train } from '../pipelines/train.ts'
import { notedProgress, type ProgressNote } from '../server/threads/progress-notes.ts'
import { type Call, serveCalls } from '../server/threads/serve-calls.ts'
import { connect, type Hosts, profileLink } from '../spotify/index.ts'
import { openStore } from '../store/open.ts'
import { Problem } from '../taste/problem.ts'
import { linearKind } from '../training/linear-kind.ts'
import { simulatorLimits } from './spotify.ts'

/** What the demo's thread works on. */
export interface DemoWork {
  readonly data: string
  readonly seed: number
  readonly hosts: Hosts
  /** Ids of all simulated listeners. */
  readonly people: readonly string[]
}

/** The thread that makes the demo's listeners and model, so that the page answers meanwhile. */
const { data, seed, hosts, people } = workerData as DemoWork
const { store, registry, close } = await openStore(undefined, data, {}, { create: true })

/** Reads all profiles through the Web API client, trains, and describes everybody. What is done is not done again. */
async function prepare(_: readonly [], { signal, note }: Call): Promise<void> {
  const progress = notedProgress((said) => note(said satisfies ProgressNote))
  const client = await connect({ credentials: defaultApp('extended_pre2024'), hosts, limits: simulatorLimits })
  try {
    const { stopped } = await ingestSpotify(
      people.map((id) => profileLink(id).url),
      { client, store, progress, signal, now: () => Math.floor(Date.now() / 1000) },
    )
    if (stopped) throw new Problem(`demo: ${stopped.reason}`)
  } finally {
    await client.gate.close()
  }
  await train({ seed, preset: 'quick' }, { store, registry, progress, signal, kind: linearKind })
  await refresh({ store, registry, progress, signal })
}

serveCalls({ prepare }, close)
