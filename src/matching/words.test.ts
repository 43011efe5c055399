import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SharedArtist } from './explanation.ts'
import { rarityText, reason, reasonToOthers } from './words.ts'

function artist(name: string, knownBy: number, weight: number): SharedArtist {
  return { name, knownBy, weight, yours: 0.1, theirs: 0.1 }
}

const rare = [
  artist('Mulatu Astatke', 0.01, 0.3),
  artist('Hailu Mergia', 0.001, 0.1),
  artist('Getatchew Mekurya', 0.002, 0.05),
]
const famous = [artist('The Beatles', 0.2, 0.5), artist('Radiohead', 0.3, 0.05)]
const genre = (name: string) => ({ genre: name, yours: 0.2, theirs: 0.1 })

test('what few people know comes first, told by the one that counts most', () => {
  assert.equal(reason([...rare, ...famous], []), 'You both keep Mulatu Astatke and 2 other artists few people know.')
  assert.equal(reason(rare.slice(0, 2), []), 'You both keep Mulatu Astatke and 1 other artist few people know.')
  assert.equal(
    reason([rare[1]!, ...famous], []),
    'You both keep Hailu Mergia, whom few people know, and 2 other artists.',
  )
  assert.equal(reason([rare[1]!], []), 'You both keep Hailu Mergia, whom few people know.')
})

test('else what is shared is said as it is', () => {
  assert.equal(reason(famous, []), 'You both listen to The Beatles and 1 other artist.')
  assert.equal(reason([famous[0]!], [genre('pop')]), 'You both listen to The Beatles.')
  assert.equal(
    reason([], [genre('dream pop'), genre('slowcore')]),
    'You share no artist yet, but you both like dream pop and slowcore.',
  )
  assert.equal(reason([], [genre('dream pop')]), 'You share no artist yet, but you both like dream pop.')
  assert.equal(reason([], []), 'You share no artist yet; nobody here is closer.')
})

test('told to others, it is about us, and names stay as they are', () => {
  const told = (...args: Parameters<typeof reason>) => reasonToOthers(reason(...args))
  assert.equal(told([artist('You Me at Six', 0.2, 0.5)], []), 'We both listen to You Me at Six.')
  assert.equal(told([artist('Thank You, you', 0.01, 0.5)], []), 'We both keep Thank You, you, whom few people know.')
  assert.equal(told([], [genre('for you')]), 'We share no artist yet, but we both like for you.')
  assert.equal(told([], []), 'We share no artist yet; nobody here is closer.')
})

test('rarity is told in two digits', () => {
  assert.equal(rarityText(1.2), 'most pairs are this close')
  assert.equal(rarityText(1.6), 'one pair in 2 is this close')
  assert.equal(rarityText(2_345.6), 'one pair in 2,300 is this close')
  assert.equal(rarityText(1_234_567), 'one pair in 1,200,000 is this close')
})
