import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import type { SplitPart } from '../feature-store.ts'
import { type NewPlace, profileOf, storeTest } from './place.ts'

const card = (hash: string) => ({
  kind: 'linear',
  trainedAt: 1_700_000_000,
  hash,
  metrics: { 'validation.r10': 0.5 },
  marks: ['research use only'],
  configuration: { rank: 64, views: ['artists'] },
})

export function registryConformance(newPlace: NewPlace): void {
  storeTest('a model comes back as it was registered', newPlace, async (store, place, { registry }) => {
    await store.putProfiles(['a:2', 'a:1', 'a:3'].map((id) => profileOf(id, [{ artists: ['Low'] }])))
    assert.deepEqual(await registry.models(), [])
    assert.equal(await registry.promoted(), undefined)
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    const files = new Map([
      ['weights.safetensors', bytes],
      ['model.json', new TextEncoder().encode('{}')],
      ['empty', new Uint8Array()],
    ])
    const parts: readonly (readonly [string, SplitPart])[] = [
      ['a:1', 'train'],
      ['a:2', 'validation'],
      ['a:3', 'excluded'],
    ]
    const version = await registry.register(card('h1'), files, new Map([...parts.toReversed(), ['a:9', 'test']]))
    assert.equal(version, 1)
    const { registry: elsewhere } = await place.open()
    assert.deepEqual(await elsewhere.models(), [{ ...card('h1'), version: 1, promoted: false }])
    const found = await elsewhere.files(1)
    assert.deepEqual([...found.keys()].sort(), [...files.keys()].sort())
    for (const [name, content] of files) assert.deepEqual(Uint8Array.from(found.get(name) ?? []), content)
    for (const each of [registry, elsewhere])
      assert.deepEqual(readdirSync(each.folder(1)).sort(), [...files.keys()].sort())
    assert.deepEqual([...(await elsewhere.split(1))], parts)
    assert.equal((await store.changes(0)).at(-1)?.kind, 'model')
  })

  storeTest('promoting and rolling back', newPlace, async (store, place, { registry }) => {
    for (const hash of ['a', 'b', 'c']) await registry.register(card(hash), new Map(), new Map())
    assert.deepEqual(
      (await registry.models()).map(({ version }) => version),
      [3, 2, 1],
    )
    await assert.rejects(registry.rollback(), { name: 'Problem' })
    const { registry: elsewhere } = await place.open()
    const promoted = async () => (await elsewhere.promoted())?.version
    await registry.promote(1)
    assert.equal(await promoted(), 1)
    await assert.rejects(registry.rollback(), { name: 'Problem' })
    await registry.promote(3)
    const change = await store.lastChange()
    await registry.promote(3)
    assert.equal(await store.lastChange(), change)
    await registry.promote(2)
    assert.equal(await promoted(), 2)
    assert.equal(await registry.rollback(), 3)
    assert.equal(await registry.rollback(), 1)
    assert.equal(await promoted(), 1)
    await assert.rejects(registry.rollback(), { name: 'Problem' })
    assert.ok((await store.lastChange()) > change)
  })

  storeTest('an unknown version is refused by name', newPlace, async (_store, _place, { registry }) => {
    for (const ask of [() => registry.promote(7), () => registry.files(7), () => registry.split(7)])
      await assert.rejects(ask, { name: 'Problem', message: /version 7/ })
  })

  storeTest('models registered at once get versions of their own', newPlace, async (_store, place, { registry }) => {
    const { registry: elsewhere } = await place.open()
    const register = (where: typeof registry, hash: string) =>
      where.register(card(hash), new Map([['hash', new TextEncoder().encode(hash)]]), new Map())
    const hashes = Array.from({ length: 8 }, (_, i) => `h${i}`)
    const versions = await Promise.all(hashes.map((hash, i) => register(i % 2 ? registry : elsewhere, hash)))
    assert.deepEqual(versions.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8])
    for (const [i, version] of versions.entries())
      assert.equal(Buffer.from((await registry.files(version)).get('hash') ?? []).toString(), hashes[i])
  })
}
