import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { audioFeatureNames } from '../../taste/audio-features.ts'
import { packAudio, unpackAudio } from './audio.ts'
import { ByteReader, ByteWriter, DamagedBytes, packNumbers, unpackNumbers } from './bytes.ts'
import { packEntries, unpackEntries } from './entries.ts'
import { packTagged, unpackTagged } from './tagged.ts'

const number = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat())
const entry = fc.record(
  {
    artists: fc.array(number, { maxLength: 20 }),
    track: number,
    plays: number,
    addedAt: number,
    lastPlayedAt: number,
  },
  { requiredKeys: ['artists'], noNullPrototype: true },
)

test('numbers are varints as in WebAssembly', () => {
  const bytes = packNumbers([0, 127, 128, 624485, 2 ** 32, Number.MAX_SAFE_INTEGER])
  const expected = '00 7f 8001 e58e26 8080808010 ffffffffffffff0f'.replaceAll(' ', '')
  assert.equal(Buffer.from(bytes).toString('hex'), expected)
})

test('numbers and texts come back', () => {
  fc.assert(
    fc.property(fc.array(number), fc.array(fc.string({ unit: 'binary', maxLength: 600 })), (numbers, texts) => {
      assert.deepEqual(unpackNumbers(packNumbers(numbers)), numbers)
      const writer = new ByteWriter()
      for (const text of texts) writer.text(text)
      const reader = new ByteReader(writer.finish())
      assert.deepEqual(
        texts.map(() => reader.text()),
        texts,
      )
      assert.equal(reader.done, true)
    }),
  )
})

test('entries come back', () => {
  fc.assert(fc.property(fc.array(entry), (entries) => assert.deepEqual(unpackEntries(packEntries(entries)), entries)))
})

test('tags come back', () => {
  const row = fc.record({ artist: number, tags: fc.array(fc.string()) }, { noNullPrototype: true })
  fc.assert(fc.property(fc.array(row), (rows) => assert.deepEqual(unpackTagged(packTagged(rows)), rows)))
})

test('audio features come back, and only those that are numbers', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true })
  const features = fc.record(Object.fromEntries(audioFeatureNames.map((name) => [name, value])), {
    requiredKeys: [],
    noNullPrototype: true,
  })
  fc.assert(fc.property(features, (audio) => assert.deepEqual(unpackAudio(packAudio(audio)), audio)))
  assert.deepEqual(unpackAudio(packAudio({ energy: Number.NaN, tempo: 120 })), { tempo: 120 })
})

test('bytes that are cut short, or of another version, are noticed', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (entries, share) => {
      const bytes = packEntries(entries)
      assert.throws(() => unpackEntries(bytes.subarray(0, Math.floor(share * bytes.length))), DamagedBytes)
    }),
  )
  assert.throws(() => unpackEntries(Uint8Array.of(9, 0)), DamagedBytes)
  assert.throws(() => unpackTagged(Uint8Array.of(9, 0)), DamagedBytes)
  assert.throws(() => new ByteReader(Uint8Array.of(5, 65)).text(), DamagedBytes)
})
