import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { operatorToken } from '../../server-fixture.ts'
import { button, csv, find, heading, opened, proxy, sideBySide, until, world } from './one-page.ts'

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
