import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { historyWriters, listWriters } from '../simulator/exports/exports.ts'
import type { ExportedFile } from '../simulator/exports/histories.ts'
import { type PlayedTrack, playedTracks } from '../simulator/exports/person.ts'
import { createWorld } from '../simulator/world/world.ts'
import { buildCorpora } from '../src/features/build-corpus.ts'
import { LinearModel } from '../src/features/linear-model.ts'
import { loadCorpus, looseRow } from '../src/features/load.ts'
import { openSmallStore, type SmallStore, smallProfile } from '../src/pipelines/small-store.ts'
import { readFiles } from '../src/sources/browser.ts'
import type { Reading } from '../src/sources/export/collector.ts'
import type { ReadingReport } from '../src/sources/reading-report.ts'
import { recognise } from '../src/sources/recognise.ts'
import type { Item } from '../src/taste/item.ts'

const listeners = 60
const world = createWorld({ seed: 5, listeners: listeners + 1 })
const person = playedTracks(world, listeners)
const plays = person.reduce((sum, track) => sum + track.plays.length, 0)

let folder: string
let stored: SmallStore
let model: LinearModel

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consonance-exports-'))
  stored = await openSmallStore()
  const profiles = Array.from({ length: listeners }, (_, i) => {
    const items = playedTracks(world, i).map(({ artist, track, spotify, plays: times }) => ({
      artists: [artist],
      track,
      ids: { spotify },
      plays: times.length,
    }))
    return smallProfile(`sim:${i}`, items)
  })
  await stored.store.putProfiles(profiles)
  model = LinearModel.fit(await loadCorpus(stored.store, 'train'), { seed: 1 })
})

after(async () => {
  await stored[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** Through the disk, as `import` does. */
async function readInNode(
  name: string,
  file: ExportedFile,
): Promise<{ items: readonly Item[]; report: ReadingReport }> {
  const path = join(folder, name, file.name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, file.text)
  const { recognised } = await recognise([join(folder, name)])
  assert.equal(recognised.length, 1, `${name} is read as one`)
  let items: readonly Item[] = []
  let report: ReadingReport | undefined
  for await (const event of recognised[0]!.source.read(recognised[0]!.path, { now: 1 })) {
    if (event.kind === 'profile') items = event.profile.items
    if (event.kind === 'reading') report = event.report
  }
  return { items, report: report! }
}

function readInBrowser({ name, text }: ExportedFile): Promise<Reading> {
  const file = new File([text], name.replace(/^.*\//, ''))
  Object.defineProperty(file, 'webkitRelativePath', { value: name })
  return readFiles([file])
}

const writers: Readonly<Record<string, (tracks: readonly PlayedTrack[]) => ExportedFile>> = {
  ...historyWriters,
  ...listWriters,
}

for (const [name, write] of Object.entries(writers)) {
  test(`${name}: everything in it is read, in Node and in the browser alike`, async () => {
    const { items, report } = await readInNode(name, write(person))
    const inBrowser = await readInBrowser(write(person))
    assert.deepEqual(inBrowser.items, items)
    const names = ({ files: _, ...rest }: ReadingReport) => rest
    assert.deepEqual(names(inBrowser.report), names(report))
    assert.deepEqual([report.broken.count, report.ignored], [0, []])
    assert.equal(report.items, person.length)
    assert.equal(report.listens, name in historyWriters ? plays : 0)
    const told = (list: readonly Item[]) => list.map(({ artists, track }) => `${artists[0]} / ${track}`).sort()
    assert.deepEqual(told(items), told(person.map(({ artist, track }) => ({ artists: [artist], track }))))
    if (name in historyWriters) {
      const times = (list: readonly { plays?: number | undefined }[]) => list.map((item) => item.plays ?? 1).sort()
      assert.deepEqual(times(items), times(person.map((track) => ({ plays: track.plays.length }))))
    }
  })
}

/** [D], unit length. */
async function embeddingOf(items: readonly Item[]): Promise<Float32Array> {
  const row = await looseRow(stored.store, { id: 'file:person', items })
  const [corpus] = await buildCorpora([[row]], stored.store, { audio: false })
  return model.embed(corpus!)
}

for (const [kind, group] of [
  ['histories', historyWriters],
  ['lists', listWriters],
] as const) {
  test(`one person lands in the same place, whichever of the ${kind} they bring`, async () => {
    const embeddings: [string, Float32Array][] = []
    for (const [name, write] of Object.entries(group)) {
      const { items } = await readInBrowser(write(person))
      embeddings.push([name, await embeddingOf(items)])
    }
    const somebodyElse = await embeddingOf(
      (await readInBrowser(Object.values(group)[0]!(playedTracks(world, 0)))).items,
    )
    for (const [name, embedding] of embeddings) {
      for (const [other, otherEmbedding] of embeddings) {
        const cosine = dot(embedding, otherEmbedding)
        assert.ok(cosine >= 0.95, `${name} and ${other}: ${cosine}`)
      }
      assert.ok(dot(embedding, somebodyElse) < 0.9, 'two people do not land in the same place')
    }
  })
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
