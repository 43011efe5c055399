import assert from 'node:assert/strict'
import type { MatchAnswer } from '../src/matching/answer.ts'
import { packDescription } from '../src/matching/description/description-bytes.ts'
import { Generation } from '../src/pipelines/live/generation.ts'
import { readPerson } from '../src/pipelines/live/person.ts'
import { match } from '../src/pipelines/match.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { refresh } from '../src/pipelines/refresh.ts'
import { train } from '../src/pipelines/train.ts'
import type { OpenStore } from '../src/store/open.ts'
import type { Profile } from '../src/taste/listener.ts'
import type { ModelKind } from '../src/training/model.ts'
import { until } from './until.ts'

/** Everything from profiles to matches, once: trains, embeds everybody, asks for some, erases the closest of all and asks again. */
export interface PathTaken {
  /** Hash of the fitted parameters. */
  readonly hash: string
  /** Answers before and after, opaque keys replaced by the listeners' ids. */
  readonly answers: readonly string[]
  /** By listener: vector, terms and details, byte for byte. */
  readonly features: ReadonlyMap<string, string>
}

export async function takePath(
  opened: OpenStore,
  profiles: readonly Profile[],
  { kind, asking }: { readonly kind: ModelKind; readonly asking: readonly string[] },
): Promise<PathTaken> {
  const { store, registry } = opened
  await store.putProfiles(profiles)
  const deps = { store, registry, progress: noProgress, clock: () => 5_000 }
  const report = await train({ seed: 1, preset: 'quick' }, { ...deps, kind })
  assert.ok(report.promoted)
  await refresh(deps)
  await visible(opened, profiles.length)
  const ids = new Map<string, string>()
  for (const { id } of profiles) ids.set((await store.listener(id))!.key, id)
  const answers: string[] = []
  const ask = async () => {
    for (const listener of asking) {
      const answer = await match({ listener }, 10, opened)
      answers.push(
        JSON.stringify(answer).replaceAll(/"key":"([\w-]+)"/g, (_, key: string) => `"key":"${ids.get(key)}"`),
      )
    }
  }
  await ask()
  const features = await batchFeatures(opened, [...ids.keys()])
  assert.deepEqual(await liveFeatures(opened, profiles), features)
  const [closest, ...others] = (JSON.parse(answers[0]!) as MatchAnswer).matches.map(({ listener }) => listener.key)
  assert.ok(closest && others.length > 0)
  assert.equal(await store.erase(closest), true)
  await ask()
  for (const answer of answers.slice(asking.length)) assert.ok(!answer.includes(closest))
  return { hash: report.card.hash, answers, features }
}

/** An index that is searched elsewhere shows rows some time after they were written. */
async function visible({ store, nearest }: OpenStore, listeners: number): Promise<void> {
  if (!nearest) return
  const [row] = (await store.embeddings(1, { limit: 1 })).rows
  await until('vectors', async () => (await nearest(1, row!.vector, listeners)).length >= listeners)
}

/** As the batch path made and stored them. */
async function batchFeatures({ store }: OpenStore, keys: readonly string[]): Promise<Map<string, string>> {
  const found = await store.shownOf(1, keys)
  return new Map(found.map((row) => [row!.listener.id, bytesOf(row!)]))
}

/** As they are made for whoever asks with a profile that is not stored. */
async function liveFeatures(
  { store, registry }: OpenStore,
  profiles: readonly Profile[],
): Promise<Map<string, string>> {
  const generation = await Generation.load(store, registry, 1)
  try {
    const features = new Map<string, string>()
    for (const profile of profiles) {
      const { description } = await readPerson({ profile }, undefined, generation, () => false, { store })
      features.set(profile.id, bytesOf(packDescription(description)))
    }
    return features
  } finally {
    generation.retire()
  }
}

function bytesOf({ vector, terms, details }: ReturnType<typeof packDescription>): string {
  const numbers = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  return [numbers, Buffer.from(terms), Buffer.from(details)].map((part) => part.toString('base64')).join(' ')
}
