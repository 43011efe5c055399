import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Visitor } from '../server-fixture.ts'
import { itemsFrom, server, world } from './one-server.ts'

test('what somebody brings is theirs alone: nobody finds it before they say so, or sees it after they erased it', async () => {
  const [owner, other] = [new Visitor(server), new Visitor(server)]
  const secretName = 'Ünmistakable Person 7391'
  const items = [...itemsFrom(2), { artists: ['Nobody Else Has This Artist 5527'], plays: 3 }]
  const job = await owner.job({ from: 'items', items, name: secretName })
  assert.equal(job.state, 'done', JSON.stringify(job))
  assert.match(job.owner, /^[\w-]{43}$/)
  const profile = `/v1/profiles/${job.profile}`
  assert.deepEqual((await owner.get(profile)).consent, {
    findable: false,
    showName: false,
    showTracks: false,
    train: false,
  })

  // Of the other, who has the same taste, nothing says that the first one is there.
  const same = await other.job({ from: 'items', items: itemsFrom(2) })
  const closestOf = async () =>
    (await other.get(`/v1/profiles/${same.profile}/matches`, { body: {} })).matches[0].listener
  assert.notEqual((await closestOf()).key, job.profile)
  for (const [path, asking] of [
    [profile, {}],
    [`${profile}/taste`, { body: {} }],
    [`${profile}/matches`, { body: {} }],
    [`${profile}/export`, {}],
    [`${profile}`, { method: 'DELETE' }],
  ] as const)
    assert.equal(await other.problem(path, asking), 'profile-not-found', path)
  assert.equal(await other.problem(`/v1/jobs/${job.id}`), 'job-not-found')
  assert.equal(await other.problem(`/v1/jobs/${job.id}/events`), 'job-not-found')

  await owner.get(`${profile}/consent`, {
    method: 'PUT',
    body: { findable: true, showName: false, showTracks: false, train: false },
  })
  const found = await closestOf()
  assert.deepEqual([found.key, found.name], [job.profile, `listener ${job.profile.slice(0, 6)}`])
  const pair = await other.get(`/v1/profiles/${same.profile}/matches/${job.profile}`, { body: {} })
  assert.equal(pair.borrow.you, undefined)
  assert.equal(pair.theirs, undefined)
  assert.equal(pair.private.length, 1)
  assert.doesNotMatch(JSON.stringify(pair), /Nobody Else Has|Ünmistakable/)
  const card = await other.get(`/v1/profiles/${same.profile}/matches/${job.profile}/card`, { body: {} })
  assert.equal(card.other, undefined)
  assert.doesNotMatch(JSON.stringify(card), /listener /)

  // A block works both ways, and can be taken back.
  await owner.get(`${profile}/blocks/${same.profile}`, { method: 'PUT' })
  assert.notEqual((await closestOf()).key, job.profile)
  assert.equal(
    await other.problem(`/v1/profiles/${same.profile}/matches/${job.profile}`, { body: {} }),
    'match-not-found',
  )
  assert.equal((await owner.get(`${profile}/blocks`)).length, 1)
  await owner.get(`${profile}/blocks/${same.profile}`, { method: 'DELETE' })
  assert.equal((await closestOf()).key, job.profile)

  // From another browser, with the token.
  const elsewhere = new Visitor(server)
  assert.equal((await elsewhere.get('/v1/session/profiles', { body: { owner: job.owner } })).role, 'owner')
  const script = { headers: { authorization: `Bearer ${job.owner}` } }
  const exported = await new Visitor(server).ask(`${profile}/export`, script)
  assert.equal(exported.json.items.length, items.length)
  assert.equal(exported.json.name, secretName)
  assert.match(`${exported.headers['content-disposition']}`, /attachment/)

  // Newer data take the place of the old ones, and the key stays.
  const newer = await owner.job({ from: 'items', items: itemsFrom(3), name: secretName }, `?replaces=${job.profile}`)
  assert.equal(newer.profile, job.profile)
  assert.equal(
    await other.problem(`/v1/jobs?replaces=${job.profile}`, { body: { from: 'items', items } }),
    'profile-not-found',
  )

  assert.equal((await owner.ask(profile, { method: 'DELETE' })).status, 204)
  assert.notEqual((await closestOf()).key, job.profile)
  assert.equal(await owner.problem(profile), 'profile-not-found')
  assert.equal(await owner.problem(`/v1/jobs/${job.id}`), 'job-not-found')
  assert.equal(await elsewhere.problem(profile), 'profile-not-found')
  for (const text of [secretName, 'Nobody Else Has This Artist 5527']) await assertNowhere(text, world.data)
  // The store's change sequence says that somebody of this key went; the server forgets the key, too.
  await assertNowhere(job.profile, join(world.data, 'server'))
})

/** No file in the folder holds the text, in the bytes that a database would write. */
async function assertNowhere(text: string, folder: string) {
  const bytes = Buffer.from(text)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    assert.equal((await readFile(path)).includes(bytes), false, `${path} holds ${text}`)
  }
}

test('files that a browser cannot read are read here, one person at a time', async () => {
  const visitor = new Visitor(server)
  const line = (id: string) => `${JSON.stringify({ id, items: itemsFrom(4).slice(0, 60) })}\n`
  const send = async (name: string, content: string | Uint8Array) =>
    (await visitor.get(`/v1/uploads?name=${name}`, { body: Buffer.from(content) })).upload
  const job = await visitor.job({
    from: 'uploads',
    uploads: [await send('mine.profiles.jsonl', line('file:x'))],
    name: 'I',
  })
  assert.equal(job.state, 'done', JSON.stringify(job.problem))
  const brought = new Set(
    itemsFrom(4)
      .slice(0, 60)
      .map(({ ids }) => ids?.spotify),
  )
  assert.equal((await visitor.get(`/v1/profiles/${job.profile}`)).tracks, brought.size)

  const two = await visitor.job({
    from: 'uploads',
    uploads: [await send('x.jsonl', line('spotify:a') + line('lastfm-2k:2'))],
  })
  assert.equal(two.problem.code, 'file-not-readable')
  assert.match(two.problem.detail, /several listeners/)
  const picture = await visitor.job({
    from: 'uploads',
    uploads: [await send('../../etc/x.png', '\u0089PNG\r\n\u001a\n')],
  })
  assert.equal(picture.problem.code, 'file-not-readable')
  assert.doesNotMatch(picture.problem.detail, /spool|\/tmp/)
  const used = await send('a.jsonl', line('file:x'))
  await visitor.job({ from: 'uploads', uploads: [used] })
  assert.equal(await visitor.problem('/v1/jobs', { body: { from: 'uploads', uploads: [used] } }), 'upload-not-found')
  const theirs = await send('b.jsonl', line('file:x'))
  assert.equal(
    await new Visitor(server).problem('/v1/jobs', { body: { from: 'uploads', uploads: [theirs] } }),
    'upload-not-found',
  )
})

test('many items go to a file and are checked by whoever reads it', async () => {
  const visitor = new Visitor(server)
  const many = Array.from({ length: 6000 }, (_, i) => ({
    artists: [`Artist ${i % 300}`],
    track: `Track ${i}`,
    plays: 1 + (i % 7),
  }))
  const job = await visitor.job({ from: 'items', items: [...itemsFrom(5), ...many, { artists: [] }] })
  assert.equal(job.state, 'done', JSON.stringify(job.problem))
  assert.match(job.notRead[0].reason, /^1 of the items/)
  const broken = await visitor.job({ from: 'items', items: [], padding: 'x'.repeat(300_000) })
  assert.equal(broken.problem.code, 'invalid-request')
})
