/** The one server that all of these tests visit, and what every visit does. */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import type { ConsonanceServer } from '../../../src/server/server.ts'
import { simulatedWorld } from '../../server-fixture.ts'
import { visitor } from '../browser.ts'
import { builtPage } from '../built-page.ts'
import { reverseProxy } from '../reverse-proxy.ts'

/** Everything here goes through a reverse proxy that publishes the application below a path and knows no WebSocket. */
export const proxy = await reverseProxy('/music/app/')
export const world = await simulatedWorld(40, proxy.url)
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

/** As if the machine had gone. */
export async function stopServer(): Promise<void> {
  proxy.target = undefined
  await server.close()
}

export async function startServer(): Promise<void> {
  server = await serve()
}

export async function opened(t: TestContext, path = ''): Promise<Page> {
  const context: BrowserContext = await visitor()
  const page = await context.newPage()
  t.after(() => context.close())
  page.on('pageerror', (error) => assert.fail(error.message))
  await page.goto(proxy.url + path)
  return page
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
export const csv = (text: string, name = 'list.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

export async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text)
  await button(page, 'Find').click()
}

/** From the matches to the first of them. @returns their name */
export async function sideBySide(page: Page): Promise<string> {
  const name = (await page.locator('.match h3').first().textContent())!.replace(/^\d+\.\s*/, '')
  await page
    .getByRole('link', { name: /^Side by side/ })
    .first()
    .click()
  await heading(page, new RegExp(`and ${name}$`)).waitFor()
  return name
}

export async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await happened())) {
    assert.ok(Date.now() < deadline, 'this did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
