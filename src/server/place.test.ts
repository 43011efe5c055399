import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './place.ts'

test('a server on this machine is known by loopback names only', () => {
  const place = placeOf(undefined, { host: '127.0.0.1', port: 4680 })
  assert.deepEqual([place.url, place.basePath, place.secure], ['http://127.0.0.1:4680/', '/', false])
  assert.deepEqual([...place.hosts!].sort(), ['127.0.0.1:4680', '[::1]:4680', 'localhost:4680'])
  assert.equal(placeOf(undefined, { host: '::1', port: 1 }).url, 'http://[::1]:1/')
})

test('a server for others has no name of its own until the operator states one', () => {
  assert.deepEqual(placeOf(undefined, { host: '0.0.0.0', port: 80 }), {
    basePath: '/',
    secure: false,
    hosts: undefined,
    url: undefined,
  })
  for (const given of ['https://Example.org/a/b', 'https://example.org/a/b/'])
    assert.deepEqual(placeOf(given, { host: '0.0.0.0', port: 80 }), {
      basePath: '/a/b/',
      secure: true,
      hosts: new Set(['example.org']),
      url: 'https://example.org/a/b/',
    })
})

test('what is no address of a page is refused by name', () => {
  for (const wrong of [
    'example.org',
    'ftp://example.org/',
    'https://u:p@example.org/',
    'https://example.org/?x',
    'https://example.org/"x/',
  ])
    assert.throws(() => placeOf(wrong, { host: '127.0.0.1', port: 1 }), { name: 'Problem', message: /--public-url/ })
})
