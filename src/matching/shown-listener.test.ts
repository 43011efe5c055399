import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noConsent } from '../taste/consent.ts'
import type { Listener } from '../taste/listener.ts'
import type { Origin } from '../taste/provenance.ts'
import { shownListener } from './shown-listener.ts'

function somebody(origin: Origin, showName: boolean): Listener {
  const provenance = { origin, source: 'x', readAt: 0 }
  return {
    id: 'x:secret-handle',
    key: 'k3yk3yk3y',
    name: { value: 'Ada Lovelace', provenance },
    url: { value: 'https://example.org/ada', provenance },
    provenance,
    consent: { ...noConsent, showName },
  }
}

test('name and link are shown to who was promised them', () => {
  assert.deepEqual(shownListener(somebody('spotify', true)), {
    key: 'k3yk3yk3y',
    name: 'Ada Lovelace',
    url: 'https://example.org/ada',
    simulated: false,
  })
  const { name: _, url: __, ...nameless } = somebody('listenbrainz', true)
  assert.equal(shownListener(nameless).name, 'x:secret-handle')
})

test('without consent, nothing that a service knows the listener by is in what is shown', () => {
  for (const origin of ['spotify', 'own-export', 'listenbrainz', 'lastfm-api'] as const) {
    const shown = shownListener(somebody(origin, false))
    assert.deepEqual(shown, { key: 'k3yk3yk3y', name: 'listener k3yk3y', simulated: false })
  }
})

test('ids of research sets and simulations are pseudonyms already', () => {
  assert.equal(shownListener(somebody('research', false)).name, 'x:secret-handle')
  assert.deepEqual(shownListener(somebody('simulated', false)), {
    key: 'k3yk3yk3y',
    name: 'x:secret-handle',
    simulated: true,
  })
})
