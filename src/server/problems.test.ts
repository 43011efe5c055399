import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ApiProblem, detailsOf, type ProblemCode, problems } from './problems.ts'

const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')

test('docs/api.md explains every code with its status, and no other', () => {
  const explained = [
    ...page.matchAll(/^\| <a id="(?<id>[a-z-]+)"><\/a>`(?<code>[a-z-]+)` \| (?<status>\d+) \| (?<words>.+) \|$/gm),
  ]
  assert.deepEqual(
    explained.map(({ groups }) => [groups!.code, groups!.id, Number(groups!.status)]).sort(),
    Object.entries(problems)
      .map(([code, { status }]) => [code, code, status])
      .sort(),
  )
  for (const { groups } of explained) assert.ok(groups!.words!.length > 20, `${groups!.code}: say what to do`)
})

test('a problem on its way out says what it is, and nothing of where it came from', () => {
  const problem = new ApiProblem('too-many-jobs', 'Wait.', { retryAfter: 3, cause: new Error('/secret/path') })
  assert.deepEqual(problem.details, {
    type: 'docs/api.md#too-many-jobs',
    title: problems['too-many-jobs'].title,
    status: 429,
    code: 'too-many-jobs',
    detail: 'Wait.',
    retryAfter: 3,
  })
  for (const code of Object.keys(problems) as ProblemCode[]) assert.equal(detailsOf(code).status, problems[code].status)
})
