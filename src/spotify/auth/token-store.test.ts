import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { filePersistence } from '../persistence.ts'
import { Secrets } from '../secrets.ts'
import { loadCredentials } from './credentials.ts'
import { fileTokenStore, type SignIn } from './token-store.ts'

const folder = await mkdtemp(join(tmpdir(), 'consonance-tokens-'))
after(() => rm(folder, { recursive: true }))

const signIn: SignIn = {
  accessToken: 'person-access',
  expiresAt: 2,
  refreshToken: 'person-refresh',
  authorizedAt: 1,
  scopes: ['a'],
}

test('keeps a sign-in in a file for its owner only, beside the credentials', async () => {
  const path = join(folder, 'new', 'spotify.json')
  const store = fileTokenStore(path)
  assert.equal(await store.load(), undefined)
  await store.save(signIn)
  assert.deepEqual(await store.load(), signIn)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await writeFile(path, JSON.stringify({ clientId: 'client-id', signIn }))
  await store.save({ ...signIn, accessToken: 'person-access-2' })
  await store.clear()
  assert.equal(await store.load(), undefined)
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { clientId: 'client-id' })
  assert.deepEqual(await readdir(join(folder, 'new')), ['spotify.json'])
})

test('refuses a file that others may read, without repeating what is in it', async () => {
  const path = join(folder, 'open.json')
  await writeFile(path, JSON.stringify({ clientSecret: 'client-secret', signIn }))
  await chmod(path, 0o644)
  for (const use of [() => fileTokenStore(path).load(), () => loadCredentials({ env: {}, file: path }, new Secrets())])
    await assert.rejects(use(), (error: Error) => {
      assert.match(error.message, /others may read it; run chmod 600/)
      assert.doesNotMatch(`${error.stack}`, /client-secret|person-/)
      return true
    })
})

test('refuses a file that is not JSON, without repeating what is in it', async () => {
  const path = join(folder, 'broken.json')
  await writeFile(path, '{"clientSecret": "client-secret"', { mode: 0o600 })
  await assert.rejects(loadCredentials({ env: {}, file: path }, new Secrets()), (error: Error) => {
    assert.match(error.message, /is not JSON/)
    assert.doesNotMatch(`${error.stack} ${error.cause}`, /client-secret/)
    return true
  })
})

test('takes credentials from the environment, or else from the file', async () => {
  const path = join(folder, 'credentials.json')
  await writeFile(path, JSON.stringify({ clientId: 'file-id', clientSecret: 'file-secret' }), { mode: 0o600 })
  const env = { SPOTIFY_CLIENT_ID: 'env-id', SPOTIFY_CLIENT_SECRET: ' env-secret\n' }
  const secrets = new Secrets()
  assert.deepEqual(await loadCredentials({ env, file: path }, secrets), {
    clientId: 'env-id',
    clientSecret: 'env-secret',
  })
  assert.deepEqual(await loadCredentials({ env: {}, file: path }, secrets), {
    clientId: 'file-id',
    clientSecret: 'file-secret',
  })
  // Never the secret of another app.
  assert.deepEqual(await loadCredentials({ env: { SPOTIFY_CLIENT_ID: 'env-id' }, file: path }, secrets), {
    clientId: 'env-id',
  })
  await assert.rejects(loadCredentials({ env: {} }, secrets), { kind: 'no-credentials' })
  await assert.rejects(loadCredentials({ env: {}, file: join(folder, 'none.json') }, secrets), {
    kind: 'no-credentials',
  })
  assert.equal(secrets.hide('env-secret and file-secret'), '[secret] and [secret]')
})

test('hides secrets in each form in which they travel', () => {
  const secrets = new Secrets()
  secrets.keep('a+b/c"d=efgh')
  secrets.keep(undefined)
  secrets.keep('short')
  const text = `a+b/c"d=efgh a%2Bb%2Fc%22d%3Defgh ${JSON.stringify('a+b/c"d=efgh')} short Authorization: Bearer abc.def`
  assert.equal(secrets.hide(text), '[secret] [secret] "[secret]" short Authorization: Bearer [secret]')
})

test('remembers in files, and forgets what is broken', async () => {
  const persistence = filePersistence(join(folder, 'state'))
  assert.equal(await persistence.load('gate-a/b'), undefined)
  await persistence.update('gate-a/b', () => ({ used: 3 }))
  assert.deepEqual(await persistence.load('gate-a/b'), { used: 3 })
  assert.deepEqual(await readdir(join(folder, 'state')), ['gate-a%2Fb.json'])
  await writeFile(join(folder, 'state', 'gate-a%2Fb.json'), '{"used"')
  assert.equal(await persistence.load('gate-a/b'), undefined)
})
