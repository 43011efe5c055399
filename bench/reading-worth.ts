import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateInBackground } from '../simulator/spotify/background.ts'
import { People } from '../simulator/spotify/people.ts'
import { defaultApp, noQuirks } from '../simulator/spotify/settings.ts'
import { createWorld } from '../simulator/world/world.ts'
import { dot, type EmbedItems, Enough, embedByArtists, itemsEmbedder, readingLimits } from '../src/pipelines/enough.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { train } from '../src/pipelines/train.ts'
import { collectProfile, connect, ProfileReading, profileLink, type SpotifyClient } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'
import type { Item } from '../src/taste/item.ts'
import { linearKind } from '../src/training/linear-kind.ts'
import { median, quantile } from './statistics.ts'

const seed = 7
const shape = { playlists: 8, tracks: 60 }
const trained = 300
const looked = 100
const stages = [2, 4, 6, 8]
const openGate = { perSecond: Number.POSITIVE_INFINITY, burst: 1, concurrency: 6, perDay: Number.POSITIVE_INFINITY }

/**
 * How soon reading by worth shows somebody's taste: the cosine between the embedding of what was read after some requests
 * and that of the whole profile, for simulated listeners whom the model has not seen.
 */
export async function benchReadingWorth(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-bench-'))
  const listeners = trained + looked
  const people = new People(createWorld({ seed, listeners }), noQuirks)
  const { store, registry, close } = await openStore(undefined, folder, {}, { create: true })
  try {
    await using simulator = await simulateInBackground({ seed, listeners, shape, quirks: noQuirks })
    const credentials = defaultApp('extended_pre2024')
    const client = await connect({ credentials, hosts: simulator.hosts, limits: openGate })
    const ids = Array.from({ length: listeners }, (_, i) => people.idOf(i))
    const links = ids.slice(0, trained).map((id) => profileLink(id).url)
    const now = () => Math.floor(Date.now() / 1000)
    await ingestSpotify(links, { client, store, progress: noProgress, now })
    const deps = { store, registry, progress: noProgress, signal: new AbortController().signal, kind: linearKind }
    await train({ seed, preset: 'quick' }, deps)
    const embedders = { 'promoted model': await itemsEmbedder(store, registry), 'stand-in': embedByArtists }
    for (const [name, embed] of Object.entries(embedders)) {
      const rows = []
      for (const id of ids.slice(trained)) rows.push(await measure(client, id, embed))
      console.log(`\nReading by worth, ${looked} listeners, embedded with the ${name}`)
      console.log(`a whole profile takes ${median(rows.map(({ whole }) => whole))} requests in the middle`)
      for (const stage of stages)
        print(
          `after ${stage} requests`,
          rows.map(({ after }) => after.get(stage) ?? 1),
        )
      print(
        'when it stops',
        rows.map(({ stop }) => stop.cosine),
      )
      const share =
        rows.reduce((sum, { stop }) => sum + stop.requests, 0) / rows.reduce((sum, { whole }) => sum + whole, 0)
      console.log(`  with ${(100 * share).toFixed(0)} % of the requests`)
    }
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(client: SpotifyClient, id: string, embed: EmbedItems) {
  const reading = new ProfileReading(client, id)
  const enough = new Enough(embed, readingLimits)
  const items: Item[] = []
  const at = new Map<number, readonly Item[]>()
  let stopped: { readonly requests: number; readonly items: readonly Item[] } | undefined
  await collectProfile(reading, {
    enough: async (page) => {
      items.push(...page.items)
      const { requests } = reading
      at.set(requests, [...items])
      if (!stopped && (await enough.after(page.items, requests))) stopped = { requests, items: [...items] }
      return false
    },
  })
  const whole = await embed(items)
  const cosine = async (some: readonly Item[]) => dot(whole, await embed(some))
  const after = new Map<number, number>()
  for (const stage of stages) after.set(stage, await cosine(at.get(Math.min(stage, reading.requests)) ?? []))
  const { requests, items: read } = stopped ?? { requests: reading.requests, items }
  return { whole: reading.requests, after, stop: { requests, cosine: await cosine(read) } }
}

function print(what: string, cosines: readonly number[]): void {
  const mean = cosines.reduce((sum, one) => sum + one, 0) / cosines.length
  console.log(
    `  ${what.padEnd(18)} cosine ${mean.toFixed(3)}, of one in ten below ${quantile(cosines, 0.1).toFixed(3)}`,
  )
}
