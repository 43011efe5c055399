import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HopsworksError } from '../index.ts'
import { plainGroup, testProject, vectorGroup } from '../test-project.ts'

test('creates, finds, lists and deletes feature groups', async (t) => {
  const { project } = await testProject(t)
  const { features } = project
  const made = await features.createFeatureGroup(vectorGroup)
  assert.deepEqual(made.primaryKey, ['key'])
  assert.equal(made.eventTime, 'ts')
  assert.deepEqual(
    made.features.map(({ name, type }) => ({ name, type })),
    vectorGroup.features,
  )
  assert.deepEqual(made.embeddingIndex?.embeddings, vectorGroup.embeddingIndex!.embeddings)
  const second = await features.createFeatureGroup({ ...plainGroup, version: 2 })
  assert.equal((await features.featureGroup('plain'))?.version, 2)
  assert.equal((await features.featureGroup('plain', 2))?.id, second.id)
  assert.equal(await features.featureGroup('plain', 1), undefined)
  assert.equal(await features.featureGroup('none'), undefined)
  assert.deepEqual((await features.featureGroups()).map(({ name }) => name).toSorted(), ['plain', 'profiles'])
  await second.delete()
  assert.equal(await features.featureGroup('plain', 2), undefined)
  await assert.rejects(features.createFeatureGroup(vectorGroup), HopsworksError)
})

test('finds a group that another process is making, and refuses one that is different', async (t) => {
  const { project } = await testProject(t)
  const both = await Promise.all([
    project.features.ensureFeatureGroup(vectorGroup),
    project.features.ensureFeatureGroup(vectorGroup),
  ])
  assert.equal(both[0].id, both[1].id)
  const [embedding] = vectorGroup.embeddingIndex!.embeddings
  const different = [
    [{ features: vectorGroup.features.with(1, { name: 'n', type: 'int' }) }, /"n" is stored as bigint, not as int/],
    [{ features: [...vectorGroup.features, { name: 'more', type: 'int' }] }, /no feature "more"/],
    [{ features: vectorGroup.features.toSpliced(1, 1) }, /has a feature "n" that is not asked for/],
    [{ primaryKey: ['n'] }, /primary key is key, not n/],
    [{ embeddingIndex: { embeddings: [{ ...embedding!, similarity: 'l2_norm' }] } }, /by cosine, not 3 by l2_norm/],
  ] as const
  for (const [change, message] of different)
    await assert.rejects(project.features.ensureFeatureGroup({ ...vectorGroup, ...change }), message)
})

test('keeps tags and reads statistics', async (t) => {
  const { local, project } = await testProject(t)
  const group = await project.features.createFeatureGroup(plainGroup)
  await group.setTag('owner', { team: 'taste', pages: 3 })
  assert.deepEqual(await group.tags(), new Map([['owner', { team: 'taste', pages: 3 }]]))
  await group.removeTag('owner')
  await group.removeTag('owner')
  assert.deepEqual(await group.tags(), new Map())
  assert.equal(await group.statistics(), undefined)
  const body = {
    count: 1,
    items: [
      {
        computationTime: 1_700_000_000_000,
        featureDescriptiveStatistics: [
          {
            featureName: 'id',
            featureType: 'Integral',
            count: 3,
            numNullValues: 0,
            min: 1,
            max: 3,
            mean: 2,
            stdDev: 0.5,
            sum: 6,
          },
        ],
      },
    ],
  }
  local.faults.answer({ path: /statistics/, status: 500, times: 2 })
  local.faults.answer({ path: /statistics/, status: 200, body })
  assert.deepEqual(await group.statistics(), {
    computedAt: new Date(1_700_000_000_000),
    features: [
      {
        feature: 'id',
        type: 'Integral',
        count: 3,
        nulls: 0,
        min: 1,
        max: 3,
        mean: 2,
        standardDeviation: 0.5,
        more: { sum: 6 },
      },
    ],
  })
})
