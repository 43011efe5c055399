import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, find, heading, opened, proxy, sideBySide, startServer, stopServer, until, world } from './one-page.ts'

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

test('the first playlists bring matches that may still change, and reading can be stopped', async (t) => {
  const { library, scripted } = world.simulator
  const publicOf = (i: number) => library.own(i).filter(({ isPublic }) => isPublic).length
  const keen = [...Array(30).keys()].slice(5).reduce((a, b) => (publicOf(b) > publicOf(a) ? b : a))
  for (const { id } of library.own(keen)) library.edit(id, { touch: true })
  t.after(() => scripted.clear())
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
  await stopServer()
  await page
    .getByText(/The connection was lost/)
    .first()
    .waitFor()
  await startServer()
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
