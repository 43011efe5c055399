import { setTimeout as sleep } from 'node:timers/promises'
import { type FeatureGroup, login } from '../../src/hopsworks/index.ts'
import { documentGroup, vectorGroup } from '../../src/store/hopsworks/mapping.ts'
import { gaussian, type Random, random } from '../../src/towers/random.ts'
import type { LocalHopsworks } from '../../test/hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from '../../test/hopsworks/fast/start.ts'
import { startRealHopsworks } from '../../test/hopsworks/real/real-parts.ts'
import { quantile } from '../statistics.ts'
import { benchStore } from './store.ts'

export interface HopsworksBenchOptions {
  /** `fast`: all in Node. `real`: with Apache Kafka and OpenSearch, which need Java. */
  readonly parts: 'fast' | 'real'
  /** Documents that are inserted. */
  readonly rows: number
  /** Vectors that are searched. */
  readonly listeners: number
  /** Searches. */
  readonly rounds: number
}

const dimensions = 64
/** As for a page of results, and as live matching asks for. */
const wanted = [10, 200]
const warmUp = 100
/** Listeners in the store. */
const stored = 200

/** How fast rows go into Kafka from one process, and how long OpenSearch takes to find the nearest. */
export async function benchHopsworks({ parts, rows, listeners, rounds }: HopsworksBenchOptions): Promise<void> {
  if (parts === 'fast') {
    const local = await startLocalHopsworks()
    try {
      await measure(local, { parts, rows, listeners, rounds })
    } finally {
      await local.close()
    }
  } else {
    const real = await startRealHopsworks()
    try {
      await measure(real.local, { parts, rows, listeners, rounds })
    } finally {
      await real.close()
    }
  }
}

async function measure(
  local: LocalHopsworks,
  { parts, rows, listeners, rounds }: HopsworksBenchOptions,
): Promise<void> {
  const chance = random(1)
  const project = await login(local.login)
  try {
    const tracks = await project.features.ensureFeatureGroup(documentGroup('bench', 'tracks'))
    await insertDocuments(tracks, 1, 100, chance)
    const started = performance.now()
    await insertDocuments(tracks, 101, rows, chance)
    const seconds = (performance.now() - started) / 1000
    console.log(
      `${parts}: ${rows} documents of 200 bytes into Kafka in ${seconds.toFixed(2)} s: ${perSecond(rows, seconds)}`,
    )

    const vectors = await project.features.ensureFeatureGroup(vectorGroup('bench', 1, dimensions))
    const written_at = new Date()
    const all = Array.from({ length: listeners }, (_, i) => ({
      ...{ listener: i + 1, key: `key-${i + 1}`, embedding: unitVector(chance), written_at },
    }))
    const before = performance.now()
    await vectors.insert(all, { wait: true })
    const waited = (performance.now() - before) / 1000
    console.log(
      `${parts}: ${listeners} vectors [${dimensions}] indexed in ${waited.toFixed(2)} s: ${perSecond(listeners, waited)}`,
    )
    while ((await vectors.count()) < listeners) await sleep(100)
    for (const k of wanted) {
      await search(vectors, k, warmUp, chance)
      const times = await search(vectors, k, rounds, chance)
      const [half, most] = [quantile(times, 0.5), quantile(times, 0.95)].map((ms) => ms.toFixed(1))
      console.log(
        `${parts}: nearest ${k} of ${listeners}, one after the other, ${rounds} times: p50 ${half} ms, p95 ${most} ms`,
      )
    }
  } finally {
    await project.close()
  }
  await benchStore(local, parts, stored)
}

async function insertDocuments(group: FeatureGroup, from: number, count: number, chance: Random): Promise<void> {
  const written_at = new Date()
  const content = Buffer.from(Array.from({ length: 200 }, () => Math.floor(256 * chance.uniform())))
  const document = (n: number) => ({ n, document: n, kind: 'track', part: 0, parts: 1, content, written_at })
  await group.insert(Array.from({ length: count }, (_, i) => document(from + i)))
}

async function search(group: FeatureGroup, k: number, times: number, chance: Random): Promise<readonly number[]> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const direction = unitVector(chance)
    const started = performance.now()
    await group.nearest(direction, { k, features: ['key'] })
    taken.push(performance.now() - started)
  }
  return taken
}

function unitVector(chance: Random): Float32Array {
  const vector = gaussian(dimensions, chance)
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds).toLocaleString('en')} a second`
