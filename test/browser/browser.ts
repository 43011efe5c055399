import { after } from 'node:test'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium as driver } from 'playwright-core'
import { chromium } from './chromium.ts'

/** Without a sandbox, as containers have it, and without what no test looks at. */
const switches = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars']

let started: Promise<Browser> | undefined

after(async () => (await started)?.close())

/** One browser for all tests of a file; it is closed after them. */
function browser(): Promise<Browser> {
  started ??= start()
  return started
}

async function start(): Promise<Browser> {
  const { executable, environment } = await chromium()
  return driver.launch({ executablePath: executable, args: [...switches], env: { ...process.env, ...environment } })
}

export const phone = { width: 390, height: 844 } as const
export const desktop = { width: 1280, height: 900 } as const

/** A browser of its own, as a new visitor has it. */
export async function visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await (await browser()).newContext({ viewport: desktop, reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(10_000)
  return context
}
