import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readAddress } from './address.ts'

const folder = mkdtempSync(join(tmpdir(), 'consonance-address-'))
after(() => rmSync(folder, { recursive: true }))
const key = { CONSONANCE_HOPSWORKS_KEY: ' secret.key\n' }

function file(name: string, content: string, mode: number): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

test('reads host, port, project and the key', () => {
  const { login, ...address } = readAddress('hopsworks://eu-west.cloud.hopsworks.ai/taste', key)
  const [host, port, project] = ['eu-west.cloud.hopsworks.ai', 443, 'taste']
  assert.deepEqual(address, { host, port, project, name: 'consonance', search: 'memory' })
  assert.deepEqual(login, { apiKey: 'secret.key', host, port, project, services: {} })
})

test('reads options', () => {
  const ca = file('ca.pem', 'PEM', 0o644)
  const more = `name=two&search=opensearch&kafka=a:9092,b:9092&opensearch=https://a:9200&rondb=https://a:4406&reads=sql&mysql=a:3306&insecure=1&ca=${ca}`
  const { login, ...address } = readAddress(`hopsworks://127.0.0.1:8181/Taste_2?${more}`, key)
  assert.deepEqual(address, { host: '127.0.0.1', port: 8181, project: 'Taste_2', name: 'two', search: 'opensearch' })
  assert.deepEqual(login.services, {
    kafka: ['a:9092', 'b:9092'],
    opensearch: 'https://a:9200',
    rondb: 'https://a:4406',
    mysql: 'a:3306',
  })
  assert.deepEqual([login.ca, login.insecure, login.onlineReads], ['PEM', true, 'sql'])
})

test("takes the key from a file that is its owner's alone, and never shows it", () => {
  const address = (path: string) => readAddress('hopsworks://h/p', { CONSONANCE_HOPSWORKS_KEY_FILE: path })
  assert.equal(address(file('key', 'from.file\n', 0o600)).login.apiKey, 'from.file')
  assert.throws(() => address(file('open', 'secret', 0o644)), /can be read by others; run: chmod 600/)
  assert.throws(() => address(file('empty', '\n', 0o600)), /is empty/)
  assert.throws(() => address(join(folder, 'none')), /can't be read \(ENOENT\)/)
  assert.equal(readAddress('hopsworks://h/p', { HOPSWORKS_API_KEY: 'official' }).login.apiKey, 'official')
  assert.throws(() => readAddress('hopsworks://h/p', {}), /no API key for Hopsworks; set CONSONANCE_HOPSWORKS_KEY/)
})

test('says what is wrong with a URL', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['hopsworks://', /names no project/],
    ['hopsworks://h', /names no project/],
    ['hopsworks://h/', /names no project/],
    ['hopsworks://h/%zz', /names no project/],
    ['hopsworks://h/a/b', /names no project/],
    ['hopsworks://h:x/p', /names no project/],
    ['hopsworks://secret@h/p', /does not belong into the URL/],
    ['hopsworks://h/p?cafile=x', /"cafile" is no option/],
    ['hopsworks://h/p?search=faiss', /search=faiss is unknown/],
    ['hopsworks://h/p?reads=all', /reads=all is unknown; write reads=rest or reads=sql/],
    ['hopsworks://h/p?name=Taste', /name=Taste is no name/],
  ]
  for (const [url, message] of wrong)
    assert.throws(
      () => readAddress(url, key),
      (error) => {
        assert.match((error as Error).message, message)
        assert.ok(!(error as Error).message.includes('secret'))
        assert.equal((error as { exitCode?: number }).exitCode, 2)
        return true
      },
    )
})
