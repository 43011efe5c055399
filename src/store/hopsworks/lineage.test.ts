import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LocalHopsworks } from '../../../test/hopsworks/fast/local-hopsworks.ts'
import { startLocalHopsworks } from '../../../test/hopsworks/fast/start.ts'
import { until } from '../../../test/until.ts'
import { login, type Project } from '../../hopsworks/index.ts'
import { profileOf } from '../conformance/place.ts'
import type { ModelCard } from '../model-registry.ts'
import { openStore } from '../open.ts'
import { ProjectRecord } from './record.ts'
import { type ProjectPlace, projectPlace } from './test-project-place.ts'

let local: LocalHopsworks
let place: ProjectPlace
let project: Project

before(async () => {
  local = await startLocalHopsworks()
  place = await projectPlace(local)
  project = await login(local.login)
})

after(async () => {
  await project.close()
  await place.remove()
  await local.close()
})

const name = () => new URL(place.url).searchParams.get('name')!
const files = new Map([['model.bin', Uint8Array.of(1)]])
const cardAt = (upToChange: number): ModelCard => ({
  kind: 'linear',
  trainedAt: 1,
  hash: 'h',
  metrics: {},
  trainedOn: { upToChange, split: { seed: 5, validation: 0.1 } },
  marks: [],
  configuration: {},
})
const posted = (path: RegExp) => local.requests.filter((each) => each.method === 'POST' && path.test(each.path))

test('says what each model was trained on: the rows that counted when its data was read, and how they were divided', async () => {
  const { store, registry } = await place.open()
  for (const listener of ['a:1', 'a:2', 'a:3']) await store.putProfiles([profileOf(listener, [{ artists: ['Can'] }])])
  const read = await store.lastChange()
  await store.putProfiles([profileOf('a:4', [{ artists: ['Neu!'] }])])
  await store.putProfiles([profileOf('a:3', [{ artists: ['Faust'] }])])
  const split = new Map([
    ['a:1', 'train'],
    ['a:2', 'validation'],
    ['a:3', 'train'],
  ] as const)
  assert.equal(await registry.register(cardAt(read), files, split), 1)
  assert.equal(await registry.register(cardAt(await store.lastChange()), files, new Map()), 2)

  assert.equal(posted(/featureview$/).length, 1, 'one view for all of them')
  const view = (await project.features.featureView(`${name()}_profiles`))!
  const [first, second] = await view.trainingDatasets()
  assert.equal(
    first!.description,
    'v1: of the profiles up to row 2, those that may be trained on: fitted on 2, 1 held out (evaluated with a share of 0.1 held out, by hash of the id, seed 5)',
  )
  assert.equal(first!.seed, 5)
  assert.match(second!.description, /^v2: of the profiles up to row 5, .* fitted on 0, 0 held out/)
  const filters = posted(/trainingdatasets$/).map(({ body }) => (body as { extraFilter: unknown }).extraFilter)
  assert.deepEqual(
    filters.map((filter) => {
      const { leftFilter } = filter as { leftFilter: { feature: { name: string }; condition: string; value: string } }
      return [leftFilter.feature.name, leftFilter.condition, leftFilter.value]
    }),
    [
      ['n', 'LESS_THAN_OR_EQUAL', '2'],
      ['n', 'LESS_THAN_OR_EQUAL', '5'],
    ],
  )
  for (const version of [1, 2]) {
    const model = (await project.models.model(name(), version))!
    const origin = { featureView: { name: view.name, version: 1 }, trainingDataset: version }
    assert.deepEqual(await model.provenance(), origin)
  }
  const told = JSON.stringify(posted(/featureview/).map(({ body }) => body))
  for (const personal of ['a:1', 'Can', (await store.listener('a:1'))!.key])
    assert.ok(!told.includes(personal), `it tells ${personal}`)
})

test('registers a model also where its origin can not be told, and says so', async () => {
  const notes: string[] = []
  const options = { create: true, onNote: (text: string) => notes.push(text) }
  const { registry, close } = await openStore(place.url, `${place.folder}/noted`, {}, options)
  local.faults.answer({ path: /featureview/, status: 403, times: 20 })
  const version = await registry.register(cardAt(0), files, new Map())
  local.faults.clear()
  assert.deepEqual([...(await registry.files(version)).keys()], ['model.bin'])
  assert.equal(await (await project.models.model(name(), version))!.provenance(), undefined)
  await until('a note', () => notes.length > 0)
  assert.equal(notes.length, 1)
  assert.match(
    notes[0]!,
    new RegExp(`^models: v${version} was saved, but not what it was trained on \\(hopsworks api: `),
  )
  const view = (await project.features.featureView(`${name()}_profiles`))!
  const before = (await view.trainingDatasets()).length
  local.faults.answer({ method: 'PUT', path: /modelregistries/, status: 400 })
  const plain = await registry.register(cardAt(0), files, new Map())
  assert.equal(await (await project.models.model(name(), plain))!.provenance(), undefined)
  assert.equal((await view.trainingDatasets()).length, before, 'nothing is left of what the registry refused')
  await until('a note', () => notes.length > 1)
  local.faults.answer({ path: /upload/, status: 507 })
  await assert.rejects(registry.register(cardAt(0), files, new Map()), /refused by .* \(507/)
  assert.equal((await view.trainingDatasets()).length, before, 'nor of what it has no room for')
  const next = await registry.register(cardAt(0), files, new Map())
  assert.ok(await (await project.models.model(name(), next))!.provenance())
  await close()
  assert.equal(notes.length, 2, 'of models that were saved, and of nothing else')
})

test('who loses the lock while saving a model leaves what another process has told of its own', async () => {
  const { registry } = await place.open()
  const view = (await project.features.featureView(`${name()}_profiles`))!
  const record = await ProjectRecord.open(local.login, name(), false)
  const lost = new AbortController()
  const save = record.project.models.save.bind(record.project.models)
  let version = 0
  try {
    record.project.models.save = async (model, options) => {
      version = await registry.register(cardAt(0), files, new Map())
      lost.abort(new Error('the lock is lost'))
      return save(model, options)
    }
    const { sequences } = (await record.head())!
    const model = { card: cardAt(0), files: [...files], split: [] }
    const told = { upTo: 0, note: assert.fail }
    await assert.rejects(record.saveModel(sequences.models + 1, model, told, lost.signal), /the lock is lost/)
    assert.equal(version, sequences.models + 1)
    const { trainingDataset } = (await (await project.models.model(name(), version))!.provenance())!
    assert.ok((await view.trainingDatasets()).some((set) => set.version === trainingDataset))
  } finally {
    record.project.models.save = save
    await record.close()
  }
})
