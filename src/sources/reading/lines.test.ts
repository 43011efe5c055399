import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Line, readLines } from './lines.ts'

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(bytes: Buffer, size: number, maxBytes?: number): Promise<readonly Line[]> {
  const all: Line[] = []
  for await (const lines of readLines(chunked(bytes, size), maxBytes)) all.push(...lines)
  return all
}

test('cuts at line ends of both kinds and says where each line begins', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: fc.constantFrom('a', 'é', ' ') }), fc.constantFrom('\n', '\r\n'))),
      fc.string({ unit: fc.constantFrom('z', 'ö') }),
      fc.integer({ min: 1, max: 9 }),
      async (parts, last, size) => {
        const bytes = Buffer.from(parts.flat().join('') + last)
        const lines = await readAll(bytes, size)
        const expected = [...parts.map(([text]) => text), ...(last ? [last] : [])]
        assert.deepEqual(
          lines.map((line) => line.bytes?.toString()),
          expected,
        )
        for (const [index, { offset, number }] of lines.entries()) {
          assert.equal(number, index + 1)
          assert.ok(
            bytes
              .subarray(offset)
              .toString()
              .startsWith(expected[index] as string),
          )
        }
      },
    ),
  )
})

test('takes a byte-order mark off', async () => {
  const lines = await readAll(Buffer.from('\ufeffid\nx\n'), 2)
  assert.deepEqual(
    lines.map(({ bytes }) => bytes?.toString()),
    ['id', 'x'],
  )
})

test('passes over a line that is too long, without holding it', async () => {
  const lines = await readAll(Buffer.from(`a\n${'b'.repeat(100)}\nc\n`), 8, 20)
  assert.deepEqual(
    lines.map(({ number, offset, bytes }) => [number, offset, bytes?.toString()]),
    [
      [1, 0, 'a'],
      [2, 2, undefined],
      [3, 103, 'c'],
    ],
  )
})
