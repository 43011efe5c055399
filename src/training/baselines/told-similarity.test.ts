import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Corpus } from '../../features/corpus.ts'
import { toldSimilarity } from './told-similarity.ts'

const corpusOf = (...listeners: string[]) => ({ listeners }) as Pick<Corpus, 'listeners'> as Corpus

test('scores whom the service names, and nobody else', () => {
  const told = new Map([
    [
      'listenbrainz:a',
      new Map([
        ['listenbrainz:b', 0.5],
        ['listenbrainz:gone', 0.9],
      ]),
    ],
  ])
  const scorer = toldSimilarity('listenbrainz-similar', told)
  const score = scorer.prepare(
    corpusOf('listenbrainz:a', 'listenbrainz:b'),
    corpusOf('x:1', 'listenbrainz:b', 'listenbrainz:a'),
  )
  const out = new Float32Array(3).fill(7)
  score(0, out)
  assert.deepEqual([...out], [0, 0.5, 0])
  score(1, out)
  assert.deepEqual([...out], [0, 0, 0])
})
