import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noConsent } from '../../taste/consent.ts'
import { isAbout, type Plan } from './plan.ts'

test('a job is about a listener when it reads them, however they were named', () => {
  const about = (plan: Plan, id: string) => isAbout(JSON.stringify(plan), id)
  const link = 'https://open.spotify.com/intl-de/user/j%C3%B6rg?si=2'
  assert.ok(about({ read: 'spotify', link }, 'spotify:jörg'))
  assert.ok(about({ read: 'me', person: 'jörg' }, 'spotify:jörg'))
  assert.ok(about({ read: 'spotify', link }, 'spotify:JÖRG'))
  assert.ok(about({ read: 'me', person: 'Jörg' }, 'spotify:jörg'))
  assert.ok(about({ read: 'name', service: 'lastfm', name: 'anna' }, 'lastfm:anna'))
  assert.ok(about({ read: 'nothing', listener: 'lastfm-2k:2' }, 'lastfm-2k:2'))
  assert.ok(about({ read: 'items', file: '/x', listener: 'file:x' }, 'file:x'))
  assert.ok(about({ read: 'files', files: [], uploads: [], listener: 'file:x', consent: noConsent }, 'file:x'))
})

test('nobody else\u2019s job goes with somebody who is erased', () => {
  for (const plan of [
    { read: 'spotify', link: 'https://open.spotify.com/user/listener-2?si=2' },
    { read: 'me', person: '22' },
    { read: 'name', service: 'lastfm', name: '2' },
    { read: 'items', file: '/spool/2/2', listener: 'file:2' },
    { read: 'nothing', listener: 'lastfm-2k:22' },
  ] satisfies readonly Plan[]) {
    assert.equal(isAbout(JSON.stringify(plan), 'lastfm-2k:2'), false)
    assert.equal(isAbout(JSON.stringify(plan), 'spotify:2'), false)
  }
  assert.equal(isAbout(null, 'lastfm-2k:2'), false)
})
