import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { HopsworksError } from '../index.ts'
import { testProject } from '../test-project.ts'

const files = new Map<string, Uint8Array | Blob>([
  ['model.safetensors', new Uint8Array(1000).fill(7)],
  ['vocabulary/artists.json', new TextEncoder().encode('["a"]')],
  ['vocabulary/deep/er.bin', new Blob(['blob'])],
  ['empty', new Uint8Array()],
])

test('saves versions, reads them back, finds the best', async (t) => {
  const { project } = await testProject(t)
  const { models } = project
  assert.deepEqual(await models.models('tower'), [])
  assert.equal(await models.best('tower', 'r10', 'max'), undefined)
  const first = await models.save({
    name: 'tower',
    files,
    metrics: { r10: 0.3, loss: 2 },
    description: 'one',
    inputExample: [1],
  })
  assert.equal(first.version, 1)
  assert.deepEqual(await first.files(), [
    { name: 'empty', bytes: 0 },
    { name: 'model.safetensors', bytes: 1000 },
    { name: 'vocabulary/artists.json', bytes: 5 },
    { name: 'vocabulary/deep/er.bin', bytes: 4 },
  ])
  assert.deepEqual(await first.read('model.safetensors'), files.get('model.safetensors'))
  assert.equal(Buffer.from(await first.read('vocabulary/deep/er.bin')).toString(), 'blob')
  await models.save({ name: 'tower', files, metrics: { r10: 0.25, loss: 1 } })
  await models.save({ name: 'tower', files, version: 7 })
  await models.save({ name: 'tower2', files, metrics: { r10: 0.9 } })
  assert.deepEqual(
    (await models.models('tower')).map(({ version }) => version),
    [7, 2, 1],
  )
  const best = await models.best('tower', 'r10', 'max')
  assert.deepEqual(best?.metrics, { r10: 0.3, loss: 2 })
  assert.equal(best?.description, 'one')
  assert.equal((await models.best('tower', 'loss', 'min'))?.version, 2)
  assert.equal(await models.best('tower', 'f1', 'max'), undefined)
  assert.equal((await models.save({ name: 'tower', files })).version, 8)
  await best!.setTag('use', 'research')
  assert.deepEqual(await best!.tags(), new Map([['use', 'research']]))
  await best!.delete()
  assert.equal(await models.model('tower', 1), undefined)
})

test('uploads large files in chunks, whole and in order', async (t) => {
  const { local, project } = await testProject(t)
  const content = randomBytes(11 * 1024 * 1024)
  local.faults.answer({ path: /upload/, status: 503, times: 2 })
  const model = await project.models.save({ name: 'big', files: new Map([['big.bin', content]]) })
  assert.equal(local.requests.filter(({ path, status }) => /upload/.test(path) && status < 300).length, 2)
  assert.ok(content.equals(await model.read('big.bin')))
})

test('leaves no half version behind', async (t) => {
  const { local, project } = await testProject(t)
  local.faults.answer({
    method: 'PUT',
    path: /modelregistries/,
    status: 400,
    body: { errorCode: 360009, errorMsg: 'no' },
  })
  await assert.rejects(project.models.save({ name: 'tower', files }), /model "tower" version 1: refused by/)
  assert.equal(await project.files.exists('Models/tower/1'), false)
  const controller = new AbortController()
  const stopping = new Map([...files, ['late', lateAbort(controller)]])
  await assert.rejects(project.models.save({ name: 'tower', files: stopping }, { signal: controller.signal }), {
    message: 'enough',
  })
  assert.equal(await project.files.exists('Models/tower/1'), false)
  assert.equal((await project.models.save({ name: 'tower', files })).version, 1)
})

/** A file that makes the caller give up when it is read. */
function lateAbort(controller: AbortController): Blob {
  const blob = new Blob(['x'])
  blob.slice = () => {
    controller.abort(new Error('enough'))
    return new Blob(['x'])
  }
  return blob
}

test('refuses what the registry would choke on', async (t) => {
  const { local, project } = await testProject(t)
  local.faults.answer({ path: /featureview/, status: 404, body: { errorCode: 270181 } })
  const wrong = [
    [{ name: 'a b' }, /the name is not allowed/],
    [{ version: 0 }, /version 0 is not allowed/],
    [{ files: new Map() }, /it has no files/],
    [{ files: new Map([['../x', new Uint8Array()]]) }, /"..\/x" is no name of a file/],
    [{ description: 'x'.repeat(300) }, /300 characters/],
    [{ metrics: { 'recall@10': 1 } }, /"recall@10" can't be the name of a metric/],
    [{ metrics: { loss: Number.NaN } }, /"loss" is no finite number/],
    [
      { provenance: { featureView: { name: 'v', version: 1 }, trainingDataset: 1 } },
      /there is no feature view "v" version 1/,
    ],
  ] as const
  for (const [change, message] of wrong)
    await assert.rejects(
      project.models.save({ name: 'tower', files, ...change }),
      (error) => error instanceof HopsworksError && message.test(error.message),
      `${message}`,
    )
  await project.models.save({ name: 'tower', files, version: 1 })
  await assert.rejects(project.models.save({ name: 'tower', files, version: 1 }), /model "tower" version 1 exists/)
  await assert.rejects(project.models.best('tower', "r10'; --", 'max'), HopsworksError)
})

test('keeps files, replaces them, and stays within the project', async (t) => {
  const { project } = await testProject(t)
  const path = 'Resources/été & more.bin'
  await project.files.upload(path, new Uint8Array([1, 2, 3]))
  await project.files.upload(path, new Uint8Array([4]))
  const pieces: Uint8Array[] = []
  for await (const piece of project.files.download(path)) pieces.push(piece)
  assert.deepEqual([...Buffer.concat(pieces)], [4])
  assert.deepEqual(
    (await project.files.list('Resources')).map(({ path, bytes }) => [path, bytes]),
    [[path, 1]],
  )
  await project.files.delete(path)
  await project.files.delete(path)
  assert.equal(await project.files.exists(path), false)
  await assert.rejects(project.files.exists('Resources/../../other'), /is no path within the project/)
})
