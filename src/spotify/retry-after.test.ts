import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRetryAfter } from './retry-after.ts'

const now = Date.UTC(2026, 10, 23, 12)
const week = 7 * 24 * 3600_000

const cases: readonly (readonly [header: string | null, ms: number | undefined])[] = [
  [null, undefined],
  ['', undefined],
  ['0', undefined],
  ['1', 1000],
  [' 7 ', 7000],
  ['1.2', 2000],
  ['48925', 48_925_000],
  ['86400', 86_400_000],
  ['99999999999999999999', week],
  ['-5', undefined],
  ['soon', undefined],
  ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 11:59:30 GMT', undefined],
  ['Fri, 23 Nov 2046 12:00:00 GMT', week],
]

for (const [header, ms] of cases)
  test(`reads Retry-After: ${header}`, () => assert.equal(parseRetryAfter(header, now), ms))

test('is a positive pause of at most a week, or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.double().map(String),
        fc.date().map((date) => `${date}`),
      ),
      (header) => {
        const ms = parseRetryAfter(header, now)
        assert.ok(ms === undefined || (ms > 0 && ms <= week))
      },
    ),
  )
})
