import assert from 'node:assert/strict'
import { test } from 'node:test'
import { descends, firstHead, type Head, readHead, succession } from './head.ts'

const after = (head: Head): Head => ({ ...head, ...succession(head) })

test('a head descends from those it was made from, as far back as it can tell', () => {
  const heads = [firstHead('s')]
  for (let i = 0; i < 1001; i++) heads.push(after(heads[i]!))
  const last = heads.at(-1)!
  for (const head of heads.slice(1)) assert.ok(descends(last, head), `round ${head.round}`)
  assert.equal(descends(last, heads[0]!), false)
  assert.equal(descends(heads[0]!, last), false)
})

test('a head does not descend from another of the same round, nor what follows on it', () => {
  const first = firstHead('s')
  const [late, next] = [after(first), after(first)]
  assert.equal(descends(next, late), false)
  assert.equal(descends(after(after(next)), late), false)
  assert.ok(descends(after(after(late)), late))
  assert.equal(descends(after(late), { ...late, store: 'other' }), false)
})

test('heads that were written without an id are followed on', () => {
  const { id: _, past: __, ...bare } = { ...firstHead('s'), round: 12 }
  const old = readHead(JSON.stringify(bare))
  assert.ok(descends(after(old), old))
  assert.ok(descends(after(after(old)), readHead(JSON.stringify(bare))))
})
