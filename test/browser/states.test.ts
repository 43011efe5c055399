import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { phone, visitor } from './browser.ts'
import * as examples from './example-answers.ts'
import { type ExampleServer, exampleServer } from './example-server.ts'

interface State {
  readonly name: string
  /** Below the address of the page. */
  readonly path: string
  /** Answers that differ from the usual ones. */
  readonly answers?: Readonly<Record<string, unknown>>
  /** What somebody does before the state is there. */
  readonly act?: (page: Page) => Promise<unknown>
  /** A text that the state shows. */
  readonly shows: RegExp
}

const { you, other, about, job, demoJob, answer, taste, profile } = examples
const matches = `POST profiles/${you}/matches`
const csv = (text: string) => ({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
const bring = (text: string) => (page: Page) => page.locator('input[type=file]').setInputFiles(csv(text))
const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click()
const problem = (code: string) => ({ type: 'about:blank', title: code, status: 422, code })

const states: readonly State[] = [
  { name: 'start', path: '', shows: /Try a simulated listener/ },
  {
    name: 'start-training',
    path: '',
    answers: {
      'GET about': { ...about, ready: false, work: demoJob.id, model: null },
    },
    shows: /31 of 70 passes/,
  },
  {
    name: 'start-no-model',
    path: '',
    answers: { 'GET about': { ...about, simulated: false, samples: [], ready: false, model: null } },
    shows: /npx consonance train/,
  },
  {
    name: 'start-model-taken-up',
    path: '',
    answers: { 'GET about': { ...about, ready: false } },
    shows: /they are there in a moment/,
  },
  {
    name: 'start-wrong-link',
    path: '',
    answers: { 'POST jobs': problem('link-is-playlist') },
    act: async (page) => {
      await page.getByRole('textbox').fill('https://open.spotify.com/playlist/0000000000000000000000')
      await press('Find')(page)
    },
    shows: /This is a playlist, not a person/,
  },
  {
    name: 'files-read',
    path: '',
    act: bring('Artist,Track,Album\nTreldimise,Low Tide,Tides\nPulindenol,Window Song,Panes\n'),
    shows: /Find my matches/,
  },
  { name: 'files-wrong', path: '', act: bring('just words'), shows: /nothing in these files/ },
  {
    name: 'files-unknown-table',
    path: '',
    act: bring('one;two;three\n1;2;3\n4;5;6\n'),
    shows: /Which column is what/,
  },
  { name: 'job', path: `jobs/${job.id}`, shows: /12 of 40 playlists/ },
  {
    name: 'job-failed',
    path: `jobs/${job.id}`,
    answers: {
      [`GET jobs/${job.id}`]: { ...job, state: 'failed', answers: 0, problem: problem('profile-private') },
    },
    shows: /shows no playlists/,
  },
  {
    name: 'job-cancelled',
    path: `jobs/${job.id}`,
    answers: { [`GET jobs/${job.id}`]: { ...job, state: 'cancelled' } },
    shows: /Nothing more is read/,
  },
  { name: 'job-demo', path: `jobs/${demoJob.id}`, shows: /31 of 70 passes/ },
  { name: 'matches', path: `p/${you}`, shows: /Closest to morning-owl/ },
  {
    name: 'matches-open',
    path: `p/${you}`,
    act: async (page) => {
      await page.getByText('Shared artists and tracks').first().click()
      await page.getByText('What counts').click()
      if (!(await page.getByLabel('Leave out an artist').isVisible())) await page.getByText('What counts').click()
      await page.getByLabel('Leave out an artist').selectOption('Treldimise')
      await page.getByRole('button', { name: 'Leave it out' }).first().click()
    },
    shows: /2 changes/,
  },
  {
    name: 'matches-spotify',
    path: `p/${you}`,
    answers: {
      [matches]: {
        ...answer,
        you: { ...taste, origin: 'spotify', simulated: false, url: 'https://open.spotify.com/user/x' },
        matches: answer.matches.map((each) => ({
          ...each,
          listener: { ...each.listener, simulated: false, url: 'https://open.spotify.com/user/y' },
        })),
      },
    },
    shows: /Open Spotify/,
  },
  {
    name: 'matches-none',
    path: `p/${you}`,
    answers: { [matches]: { ...answer, matches: [] } },
    shows: /Leave out less/,
  },
  { name: 'matches-gone', path: `p/${you}`, answers: { [matches]: problem('profile-not-found') }, shows: /not here/ },
  { name: 'taste', path: `p/${you}/taste`, shows: /lesser known/ },
  {
    name: 'taste-little-known',
    path: `p/${you}/taste`,
    answers: { [matches]: { ...answer, you: { ...taste, genres: [], sound: [], decades: [] } } },
    shows: /No genre is known/,
  },
  { name: 'pair', path: `p/${you}/with/${other}`, shows: /What you could borrow/ },
  { name: 'pair-playlist', path: `p/${you}/with/${other}`, act: press('Make a playlist for both'), shows: /from you/ },
  { name: 'pair-block', path: `p/${you}/with/${other}`, act: press('Block'), shows: /Neither of you/ },
  { name: 'pair-report', path: `p/${you}/with/${other}`, act: press('Report'), shows: /What is wrong/ },
  { name: 'card', path: `p/${you}/with/${other}/card`, shows: /Download the picture/ },
  { name: 'you', path: 'you', shows: /Others can find me/ },
  {
    name: 'you-nobody',
    path: 'you',
    answers: { 'GET session': { profiles: [], operator: false } },
    shows: /no profile in this browser/,
  },
  {
    name: 'you-signed-in',
    path: 'you?sign-in-problem=sign-in-failed',
    answers: {
      'GET session': {
        signedIn: { service: 'spotify', name: 'Morning Owl', mayWritePlaylists: false, endsAt: profile.readAt },
        profiles: [],
        operator: false,
      },
    },
    shows: /Read my playlists/,
  },
  {
    name: 'you-viewer',
    path: 'you',
    answers: { [`GET profiles/${you}`]: { ...profile, role: 'viewer', consent: undefined } },
    shows: /Only the owner/,
  },
  { name: 'you-erase', path: 'you', act: press('Erase this profile'), shows: /There is no undo/ },
  { name: 'operator', path: 'operator', shows: /What may be done with whose data/ },
  {
    name: 'operator-enter',
    path: 'operator',
    answers: { 'GET session': { profiles: [], operator: false } },
    shows: /Operator’s token/,
  },
  { name: 'not-found', path: 'nowhere', shows: /There is no such page/ },
]

const screenshots = process.env.SCREENSHOTS
if (screenshots) mkdirSync(screenshots, { recursive: true })

/** States that are looked at side by side: much of the time is waiting. */
const lanes = 2

const title = 'every state is accessible in both themes, fits a phone, and obeys the content security policy'
test(title, { concurrency: lanes }, async (t) => {
  const free = await Promise.all(
    Array.from({ length: lanes }, async () => ({ server: await exampleServer(), context: await visitor() })),
  )
  await Promise.all(
    states.map((state) =>
      t.test(state.name, async () => {
        const lane = free.pop()!
        try {
          await visit(state, lane)
        } finally {
          free.push(lane)
        }
      }),
    ),
  )
  for (const { context } of free) await context.close()
})

interface Lane {
  readonly server: ExampleServer
  readonly context: BrowserContext
}

async function visit({ name, path, answers = {}, act, shows }: State, { server, context }: Lane): Promise<void> {
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text())
  })
  server.changed = answers
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(server.url + path)
  await act?.(page)
  await page.getByText(shows).first().waitFor()
  await look(page, name)
  assert.deepEqual(errors, [])
  await page.close()
}

async function look(page: Page, name: string): Promise<void> {
  await keep(page, `${name}-desktop-light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  // The theme changes colours alone.
  await assertAccessible(page, `${name}, desktop, dark`, ['color-contrast'])
  await keep(page, `${name}-desktop-dark`)
  await page.setViewportSize(phone)
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.ok(Number(width) <= phone.width, `${name} is ${width} pixels wide on a phone`)
  await keep(page, `${name}-phone-dark`)
  await page.emulateMedia({ colorScheme: 'light' })
  await assertAccessible(page, `${name}, phone, light`)
  await keep(page, `${name}-phone-light`)
}

/** The whole page with its charts, which come when they are seen. */
async function keep(page: Page, name: string): Promise<void> {
  if (!screenshots) return
  const shown = page.viewportSize()!
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'))
  await page.setViewportSize({ width: shown.width, height: Math.min(height, 5_000) })
  await page.waitForTimeout(500) // for the charts that are seen now
  await page.screenshot({ path: join(screenshots, `${name}.png`) })
  await page.setViewportSize(shown)
}
