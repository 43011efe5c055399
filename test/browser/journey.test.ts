import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { strToU8, zipSync } from 'fflate'
import type { BrowserContext, Page } from 'playwright-core'
import { quotaExceeded } from '../../simulator/spotify/faults.ts'
import type { ConsonanceServer } from '../../src/server/server.ts'
import { temporaryFolder } from '../fixtures.ts'
import { operatorToken, simulatedWorld } from '../server-fixture.ts'
import { visitor } from './browser.ts'
import { builtPage } from './built-page.ts'
import { reverseProxy } from './reverse-proxy.ts'

/** Everything here goes through a reverse proxy that publishes the application below a path and knows no WebSocket. */
const proxy = await reverseProxy('/music/app/')
const world = await simulatedWorld(40, proxy.url)
let server = await serve()

async function serve(): Promise<ConsonanceServer> {
  const opened = await world.open({
    pages: builtPage(),
    publicUrl: proxy.url,
    samples: async () => [{ name: 'first-sample', text: world.link(0) }],
    limits: { jobsPerMinute: 1_000 },
  })
  await opened.listen()
  const { port } = opened.app.server.address() as AddressInfo
  proxy.target = { host: '127.0.0.1', port }
  return opened
}

async function opened(t: TestContext, path = ''): Promise<Page> {
  const context: BrowserContext = await visitor()
  const page = await context.newPage()
  t.after(() => context.close())
  page.on('pageerror', (error) => assert.fail(error.message))
  await page.goto(proxy.url + path)
  return page
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })

async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await button(page, 'Find').click()
}

test('from a sample to matches, a taste, a match in detail, a playlist and a card', async (t) => {
  const page = await opened(t)
  await button(page, 'first-sample').click()
  await heading(page, /^Closest to/).waitFor()
  assert.equal(await page.locator('.match').count(), 10)
  const reasons = await page.locator('.match .reason').allTextContents()
  assert.match(reasons[0]!, /^You both (keep|listen to) /)

  await button(page, 'Show more').click()
  await until(async () => (await page.locator('.match').count()) === 20)
  await page.getByRole('link', { name: 'All of your taste' }).click()
  await heading(page, /^The taste of/).waitFor()
  await page.locator('.figure .bars').first().waitFor()
  await page.goBack()

  await sideBySide(page)
  await button(page, 'Make a playlist for both').click()
  const dialog = page.getByRole('dialog', { name: 'A playlist for both' })
  await dialog.locator('.tracks li').first().waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Make a playlist for both')

  await page.getByRole('link', { name: 'Make a card to share' }).click()
  const card = page.getByRole('img')
  assert.match((await card.getAttribute('alt'))!, /hears music like me/)
  const download = page.waitForEvent('download')
  await button(page, 'Download the picture').click()
  assert.equal((await download).suggestedFilename(), 'consonance.png')
})

test('a link says whom to try, and going back does not try again', async (t) => {
  const page = await opened(t, 'you')
  await page.goto(`${proxy.url}?try=${encodeURIComponent(world.link(1))}`)
  await heading(page, /^Closest to/).waitFor()
  await page.goBack()
  await heading(page, 'You and your data').waitFor()
})

test('what is left out changes the matches at once and can be brought back', async (t) => {
  const page = await opened(t)
  await find(page, world.link(2))
  await heading(page, /^Closest to/).waitFor()
  const reasons = () => page.locator('.match .reason').allTextContents()
  const before = await reasons()
  const artists = page.getByLabel('Leave out an artist')
  const rarest = await artists.locator('option').nth(1).textContent()
  for (let i = 0; i < 3; i++) {
    const option = await artists.locator('option').nth(1).textContent()
    await artists.selectOption(option!)
    await page.getByRole('button', { name: `Bring back ${option}` }).waitFor()
  }
  await page.getByText('3 changes').waitFor()
  await until(async () => (await reasons())[0] !== before[0])
  assert.ok(!(await reasons()).some((reason) => reason.includes(rarest!)))
  await page.getByRole('status').filter({ hasText: 'Matches updated' }).waitFor({ state: 'attached' })

  const recency = page.getByRole('slider', { name: 'Recent music' })
  await recency.focus()
  await page.keyboard.press('End')
  await page.getByText('what is a month old counts half').first().waitFor()
  await page.reload()
  await page.getByText('4 changes').waitFor()
  await button(page, 'Count everything again').click()
  await until(async () => (await reasons())[0] === before[0])
})

/** From the matches to the first of them. @returns their name */
async function sideBySide(page: Page): Promise<string> {
  const name = (await page.locator('.match h3').first().textContent())!.replace(/^\d+\.\s*/, '')
  await page
    .getByRole('link', { name: /^Side by side/ })
    .first()
    .click()
  await heading(page, new RegExp(`and ${name}$`)).waitFor()
  return name
}

async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await happened())) {
    assert.ok(Date.now() < deadline, 'this did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const wrong: readonly (readonly [what: string, text: () => string, says: RegExp])[] = [
  ['nothing', () => ' ', /Please paste a link/],
  ['a link to another host', () => 'https://music.example/user/me', /leads to another site/],
  ['a playlist', () => 'https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M', /a playlist, not a person/],
  ['an album', () => 'https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy', /This is not a profile/],
  ['a short link', () => 'https://spotify.link/AbCdEf', /doesn’t say where it leads/],
  ['nonsense', () => 'https://open.spotify.com/user/', /not a profile we can read/],
  ['somebody who is not there', () => 'https://open.spotify.com/user/nobody-by-this-name', /found nobody/],
  ['a service that is not set up', () => 'lastfm:somebody', /can’t be read in this way/],
]

test('every wrong input shows its own message with a way out, in the page', async (t) => {
  const page = await opened(t)
  const said = new Set<string>()
  for (const [what, text, says] of wrong) {
    await find(page, text())
    const alert = page.getByRole('alert').filter({ hasText: says })
    await alert.waitFor()
    said.add((await alert.locator('strong').textContent())!)
    if (/jobs/.test(page.url())) await page.getByRole('link', { name: 'Start again' }).click()
    assert.ok(said.size > 0, what)
  }
  assert.equal(said.size, wrong.length)
})

test('a profile without playlists, or without music, says what helps', async (t) => {
  const page = await opened(t)
  const empty = { href: '', items: [], limit: 50, offset: 0, next: null, previous: null, total: 0 }
  world.simulator.scripted.add(/users\/[^/]+\/playlists/, 1, {
    kind: 'answer',
    answer: { status: 200, json: empty },
    name: 'no playlists',
  })
  await find(page, world.link(34))
  await page.getByRole('alert').filter({ hasText: 'This profile shows no playlists' }).waitFor()
  await page.getByRole('link', { name: 'Start again' }).click()

  await world.forget(33)
  const { library } = world.simulator
  for (const { id } of library.shown(33)) library.edit(id, { remove: 1_000 })
  await find(page, world.link(33))
  await page.getByRole('alert').filter({ hasText: 'There is no music in this profile' }).waitFor()
})

const csv = (text: string, name = 'list.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

test('wrong files say why, without leaving the browser', async (t) => {
  const folder = await temporaryFolder(t)
  const page = await opened(t)
  const files = page.locator('input[type=file]')
  const posted = () => proxy.seen.filter(({ method }) => method === 'POST').length
  const before = posted()
  const play =
    '[{"ts":"2024-03-02T07:10:07Z","ms_played":40000,"master_metadata_track_name":"A","master_metadata_album_artist_name":"B"}'
  const bomb = zipSync({
    'Streaming_History_Audio_2024_0.json': [strToU8(`${play}${' '.repeat(68 << 20)}]`), { level: 6 }],
  })
  const large = join(folder, 'large.json')
  const handle = await open(large, 'w')
  await handle.truncate(2 ** 31 + 1)
  await handle.close()
  const cases = [
    [csv('just words'), /nothing in these files/],
    [{ name: 'my.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 but no more') }, /damaged/],
    [{ name: 'bomb.zip', mimeType: 'application/zip', buffer: Buffer.from(bomb) }, /unpacks/],
    [large, /large\.json/],
  ] satisfies [Parameters<typeof files.setInputFiles>[0], RegExp][]
  for (const [file, says] of cases) {
    await files.setInputFiles(file)
    await page.locator('.card').filter({ hasText: says }).waitFor()
    await button(page, 'Choose other files').click()
  }
  assert.equal(posted(), before)
})

test('somebody brings a file, decides who sees it, takes it away and erases it', async (t) => {
  const page = await opened(t)
  const rows = [...new Set((await artistsOf(page, world.link(3))).slice(0, 12))]
  await page.goto(proxy.url)
  const table = ['Artist,Track', ...rows.map((artist) => `"${artist.replaceAll('"', '""')}",Some Song`)].join('\n')
  await page.locator('input[type=file]').setInputFiles(csv(table))
  await page.getByText(/will be sent/).waitFor()
  await button(page, 'Find my matches').click()
  await heading(page, /^Closest to/).waitFor()
  const other = await sideBySide(page)
  await button(page, 'Block').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByText(`${other} is blocked`).waitFor()
  await page.getByRole('link', { name: 'Closest to you' }).click()
  await heading(page, /^Closest to/).waitFor()
  await until(async () => !(await page.locator('.match h3').first().textContent())!.endsWith(other))

  await page.getByRole('navigation').getByRole('link', { name: 'Your data' }).click()
  await button(page, `Unblock ${other}`).click()
  await page.getByText('You have blocked nobody.').waitFor()
  const findable = page.getByRole('switch', { name: /Others can find me/ })
  await findable.waitFor()
  assert.equal(await findable.isChecked(), false)
  await findable.focus()
  await page.keyboard.press('Space')
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
  await page.reload()
  await findable.waitFor()
  assert.equal(await findable.isChecked(), true)

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download everything about me' }).click()
  await download
  await button(page, 'Erase this profile').click()
  await button(page, 'Erase everything').click()
  await page.getByText('Everything is erased.').waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'What is kept' }).waitFor()
  assert.equal(await page.getByText('your own files').count(), 0)
})

/** The artists of a profile, from the page's own table. */
async function artistsOf(page: Page, link: string): Promise<string[]> {
  await find(page, link)
  await heading(page, /^Closest to/).waitFor()
  return (await page.getByLabel('Leave out an artist').locator('option').allTextContents()).slice(1)
}

/** Agrees on the page of the simulated Spotify, as the listener of this number. */
async function agree(page: Page, listener: number): Promise<void> {
  await page.getByLabel('Listener').fill(world.simulator.people.idOf(listener))
  await button(page, 'Agree').click()
}

test('somebody signs in with Spotify, reads their playlists, and saves one for both to their account', async (t) => {
  const page = await opened(t)
  await page.getByRole('link', { name: 'Sign in with Spotify' }).click()
  await page.getByText('Simulated sign-in').waitFor()
  await button(page, 'Decline').click()
  await page.getByRole('alert').filter({ hasText: 'The sign-in did not succeed' }).waitFor()

  await page.goto(proxy.url)
  await page.getByRole('link', { name: 'Sign in with Spotify' }).click()
  await agree(page, 10)
  await page.getByText(/^Signed in with Spotify as /).waitFor()
  assert.ok(page.url().startsWith(`${proxy.url}you`), page.url())
  const read = button(page, 'Read my playlists')
  await read.or(page.getByRole('heading', { name: 'What is kept' })).waitFor()
  await ((await read.isVisible()) ? read : page.getByRole('link', { name: 'See your matches' })).click()
  await heading(page, /^Closest to/).waitFor()

  await sideBySide(page)
  await button(page, 'Make a playlist for both').click()
  await page.getByRole('link', { name: 'Sign in to save it' }).click()
  await agree(page, 10)
  await heading(page, / and /).waitFor()
  assert.ok(page.url().startsWith(`${proxy.url}p/`), 'back where it began')
  await button(page, 'Make a playlist for both').click()
  await button(page, 'Save to my Spotify account').click()
  const saved = await page.getByText(/^Saved with \d+ tracks/).textContent()
  const [made] = world.simulator.library.shown(10)
  assert.equal(made?.entries.length, Number(/\d+/.exec(saved!)![0]))
  await page.getByRole('link', { name: /^Open it on Spotify/ }).waitFor()

  await page.goto(`${proxy.url}you`)
  await button(page, 'Sign out').click()
  await page.getByText(/^Signed in with Spotify/).waitFor({ state: 'detached' })
})

test('a profile that somebody else had read is claimed with a code, and then it is theirs to change', async (t) => {
  const page = await opened(t)
  await find(page, world.link(11))
  await heading(page, /^Closest to/).waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Your data' }).click()
  await page.getByText('Only the owner of this profile can change this').waitFor()
  await button(page, 'Get a code').click()
  const code = await page.locator('code').textContent()
  await button(page, 'I’ve done it').click()
  await page.getByRole('alert').filter({ hasText: 'We don’t see the code yet' }).waitFor()
  const { library, people } = world.simulator
  library.create(people.person(11), `nights ${code}`, true)
  await button(page, 'I’ve done it').click()
  const showName = page.getByRole('switch', { name: /Show my name/ })
  await showName.waitFor()
  await showName.focus()
  await page.keyboard.press('Space')
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
  await button(page, 'Erase this profile').waitFor()
})

test('whoever sees a match may report it, and the operator deals with it', async (t) => {
  const page = await opened(t)
  await find(page, world.link(12))
  await sideBySide(page)
  assert.equal(await button(page, 'Block').count(), 0, 'that is for owners')
  await button(page, 'Report').click()
  await page.getByLabel('This is not a person').check()
  await page.getByLabel(/Anything the operator should know/).fill('It hoots.')
  await button(page, 'Send the report').click()
  await page.getByText('Thank you. The operator will look at it.').waitFor()

  await page.goto(`${proxy.url}operator`)
  await page.getByLabel('Operator’s token').fill(operatorToken)
  await button(page, 'Enter').click()
  await page.getByText('1 report about matches to look at').waitFor()
  await page.getByText('This is not a person: It hoots.').waitFor()
  await page.getByRole('button', { name: /^Done with the report about/ }).click()
  await page.getByText('No report waits for you.').waitFor()
})

test('the first playlists bring matches that may still change, and reading can be stopped', async (t) => {
  const { library, scripted } = world.simulator
  const publicOf = (i: number) => library.own(i).filter(({ isPublic }) => isPublic).length
  const keen = [...Array(30).keys()].slice(5).reduce((a, b) => (publicOf(b) > publicOf(a) ? b : a))
  for (const { id } of library.own(keen)) library.edit(id, { touch: true })
  for (const nth of [2, 3, 4]) scripted.add(/playlists\/[^/]+\/(?:tracks|items)/, nth, { kind: 'slow', ms: 4_000 })
  const page = await opened(t)
  await find(page, world.link(keen))
  await page.getByText('First matches, from what is read so far').waitFor()
  assert.equal(await page.locator('.match').count(), 10)
  await button(page, 'Stop reading').click()
  await page.getByText('Nothing more is read.').waitFor()
})

test('a restart of the server in the middle of a job loses no event, repeats none, and the job ends', async (t) => {
  world.simulator.scripted.add(/users\/[^/]+\/playlists/, 1, { kind: 'slow', ms: 5_000 })
  const page = await opened(t)
  await page.goto(`${proxy.url}?try=${encodeURIComponent(world.link(36))}`)
  await button(page, 'Stop reading').waitFor()
  await until(async () => proxy.seen.some(({ path }) => path.endsWith('/events')))
  proxy.target = undefined
  await server.close()
  await page
    .getByText(/The connection was lost/)
    .first()
    .waitFor()
  server = await serve()
  await heading(page, /^Closest to/).waitFor({ timeout: 30_000 })
  const streams = proxy.seen.filter(({ path }) => path.endsWith('/events'))
  assert.ok(streams.some(({ headers }) => Number(headers['last-event-id']) > 0))
})

test('the keyboard is enough, and focus and title follow the page', async (t) => {
  const page = await opened(t)
  await page.getByRole('textbox').waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the page')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate('document.activeElement.id'), 'main')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.id'), 'sought')
  await page.keyboard.type(world.link(4))
  await page.keyboard.press('Enter')
  await heading(page, /^Closest to/).waitFor()
  assert.match(String(await page.evaluate('document.activeElement.tagName')), /H1/)
  assert.match(await page.title(), /^Closest to .* – Consonance$/)
})

test('the operator sees how it stands, and promotes nothing without the token', async (t) => {
  const page = await opened(t, 'operator')
  await page.getByLabel('Operator’s token').fill('not the token')
  await button(page, 'Enter').click()
  await page.getByRole('alert').filter({ hasText: 'not the operator’s token' }).waitFor()
  await page.getByLabel('Operator’s token').fill(operatorToken)
  await button(page, 'Enter').click()
  await page.getByRole('heading', { name: 'What may be done with whose data' }).waitFor()
  await page.getByText(/^Version 1 of the model serves/).waitFor()
})

test('a closed quota says when it goes on, and what works meanwhile', async (t) => {
  const page = await opened(t)
  world.simulator.scripted.add(/users/, 1, { kind: 'answer', answer: quotaExceeded(13 * 3600), name: 'quota' })
  await find(page, world.link(35))
  await page.getByRole('alert').filter({ hasText: 'lets us ask no more for now' }).waitFor()
})
