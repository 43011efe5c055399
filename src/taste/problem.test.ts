import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noConsent, pseudonymousConsent } from './consent.ts'
import { Problem } from './problem.ts'

test('says what was wrong and what to do, on one line', () => {
  const cause = new Error('below')
  const problem = new Problem('"x.zip" is empty', { do: 'check the download', exitCode: 2, cause })
  assert.equal(problem.message, '"x.zip" is empty; check the download')
  assert.deepEqual([problem.name, problem.exitCode, problem.cause], ['Problem', 2, cause])
  assert.equal(new Problem('alone').message, 'alone')
  assert.equal(new Problem('alone').exitCode, 1)
})

test('nothing is allowed unless somebody allowed it, and research listeners never show a name', () => {
  assert.deepEqual(Object.values(noConsent), [false, false, false, false])
  assert.deepEqual(pseudonymousConsent, { findable: true, showName: false, showTracks: true, train: true })
})
