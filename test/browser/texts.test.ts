import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { problems } from '../../src/server/problems.ts'
import { count, list, percent } from '../../web/texts/numbers.ts'
import { texts } from '../../web/texts/texts.ts'

/** Answers to requests that the page never makes. */
const neverSeen = new Set([
  'method-not-allowed',
  'unsupported-media-type',
  'request-timeout',
  'wrong-host',
  'not-found',
])

test('the page has words of its own for every problem that the API may answer with', () => {
  const codes = Object.keys(problems).filter((code) => !neverSeen.has(code))
  assert.deepEqual(
    codes.filter((code) => !texts.problems[code]),
    [],
  )
  const titles = Object.values(texts.problems).map(({ title }) => title)
  assert.equal(new Set(titles).size, titles.length)
})

test('every text is used somewhere', () => {
  const web = join(import.meta.dirname, '../../web')
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('dist') && !file.startsWith('texts'))
    .map((file) => readFileSync(join(web, file), 'utf8'))
    .join('\n')
  // Looked up by a value of the API.
  const byValue =
    /^(?:problems|job\.states|job\.stepStates|taste\.features|matches\.confidence|hygiene\.offers|hygiene\.leaveOutLabel|pair\.reasons|pair\.playlist\.from|you\.origins|you\.flags|theme|files\.columns\.names)\./
  const unused = paths(texts).filter(
    (path) => !byValue.test(path) && !new RegExp(`\\b${path.split('.').at(-1)}\\b`).test(sources),
  )
  assert.deepEqual(unused, [])
})

test('numbers are told as people write them', () => {
  assert.deepEqual([0, 0.0004, 0.0088, 0.015, 0.214, 1].map(percent), [
    '0\u00a0%',
    '<0.1\u00a0%',
    '0.9\u00a0%',
    '1.5\u00a0%',
    '21\u00a0%',
    '100\u00a0%',
  ])
  assert.deepEqual([count(1, 'artist'), count(1_204, 'artist')], ['1 artist', '1,204 artists'])
  assert.deepEqual([list([], 'and'), list(['a'], 'or'), list(['a', false, 'b', 'c'], 'and')], ['', 'a', 'a, b and c'])
})

function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, path ? `${path}.${key}` : key))
}
