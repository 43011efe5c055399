import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadCorpus } from '../../src/features/load.ts'
import { calibrationFile, writeCalibration } from '../../src/matching/calibration.ts'
import { refresh } from '../../src/pipelines/refresh.ts'
import { type OpenStore, openStore } from '../../src/store/open.ts'
import { calibrate } from '../../src/training/calibration/calibrate.ts'
import { selectListeners } from '../../src/training/cut-corpus.ts'
import { linearKind } from '../../src/training/linear-kind.ts'
import { networkPresets } from '../../src/training/network/configuration.ts'
import { fitTwoTower } from '../../src/training/network/two-tower-kind.ts'
import { syntheticGenres, syntheticProfile } from './world.ts'

/** Of the first so many listeners the model is made; the others come after. */
const trained = { linear: 8_000, 'two-tower': 3_000 } as const
const heldOut = 500
export type BenchKind = keyof typeof trained

export interface BenchOptions {
  readonly data: string
  readonly listeners: number
  readonly kind: BenchKind
}

/** Opens a store of synthetic listeners with a promoted model that all of them are described for; makes it first if need be. */
export async function benchStore({ data, listeners, kind }: BenchOptions): Promise<OpenStore> {
  const folder = join(data, `${kind}-${listeners}`)
  const isNew = !existsSync(folder)
  const opened = await openStore(undefined, folder, {}, { create: true })
  if (isNew) {
    const provenance = { origin: 'simulated', source: 'synthetic', readAt: 1 } as const
    const genres = [...syntheticGenres()].map((row) => ({ ...row, provenance }))
    const first = Math.min(listeners, trained[kind] + heldOut)
    await put(opened, 0, first)
    for (let at = 0; at < genres.length; at += 5000) await opened.store.putArtistGenres(genres.slice(at, at + 5000))
    await train(opened, kind)
    await put(opened, first, listeners)
  }
  await timed(`describing ${listeners} listeners`, () => refresh(opened, { catalogue: false }))
  return opened
}

async function put({ store }: OpenStore, from: number, to: number): Promise<void> {
  await timed(`storing listeners ${from} to ${to}`, async () => {
    for (let at = from; at < to; at += 1000)
      await store.putProfiles(Array.from({ length: Math.min(1000, to - at) }, (_, i) => syntheticProfile(at + i)))
  })
}

async function train({ store, registry }: OpenStore, kind: BenchKind): Promise<void> {
  await timed(`training (${kind})`, async () => {
    const corpus = await loadCorpus(store, 'train')
    const rows = [...corpus.listeners.keys()]
    const training = selectListeners(corpus, rows.slice(heldOut))
    const options = { seed: 1, preset: 'quick' } as const
    const brief = { ...networkPresets.quick, epochs: { artists: 3, tracks: 3 } }
    const model =
      kind === 'linear' ? await linearKind.fit(training, options) : await fitTwoTower(training, options, brief)
    const { calibration } = calibrate(model, selectListeners(corpus, rows.slice(0, heldOut)), training)
    const card = { kind, trainedAt: 1, hash: model.hash, metrics: {}, marks: [], configuration: {} }
    const split = new Map(training.listeners.map((listener) => [listener, 'train'] as const))
    const files = new Map([...model.save(), [calibrationFile, writeCalibration(calibration!)]])
    await registry.promote(await registry.register(card, files, split))
  })
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}
