import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import lighthouse, { desktopConfig } from 'lighthouse'
import { chromium } from '../test/browser/chromium.ts'

const categories = ['performance', 'accessibility', 'best-practices'] as const
/** What every page must reach, of 100. */
const least = { performance: 95, accessibility: 100, 'best-practices': 95 } as const
const mainFile = join(import.meta.dirname, '../src/cli/main.ts')

/**
 * Lighthouse on the start page and from a link to a listener's matches, as a phone with its slow line and as a desktop, against the real
 * server on simulated listeners. Reports go to `out`.
 * @throws Error when a page reaches less than it must
 */
export async function benchPage({
  listeners,
  out,
}: {
  readonly listeners: number
  readonly out: string
}): Promise<void> {
  await mkdir(out, { recursive: true })
  await using demo = await startDemo(listeners)
  await using browser = await startChromium()
  const below: string[] = []
  for (const [name, url] of [
    ['start', demo.url],
    ['matches', `${demo.url}?try=${encodeURIComponent(demo.sample)}`],
  ] as const)
    for (const form of ['mobile', 'desktop'] as const) {
      const result = await lighthouse(
        url,
        { port: browser.port, output: 'html', logLevel: 'error', onlyCategories: [...categories] },
        form === 'desktop' ? desktopConfig : undefined,
      )
      if (!result) throw new Error(`Lighthouse gave no result for ${url}`)
      await writeFile(join(out, `${name}-${form}.html`), String(result.report))
      const scores = categories.map((category) => Math.round(100 * (result.lhr.categories[category]?.score ?? 0)))
      console.log(`${name.padEnd(8)} ${form.padEnd(8)} ${categories.map((c, i) => `${c} ${scores[i]}`).join('  ')}`)
      for (const [i, category] of categories.entries())
        if (scores[i]! < least[category]) below.push(`${name} ${form} ${category} ${scores[i]} < ${least[category]}`)
    }
  console.log(`reports: ${out}`)
  if (below.length > 0) throw new Error(below.join('; '))
}

interface Demo extends AsyncDisposable {
  readonly url: string
  /** A listener to try. */
  readonly sample: string
}

async function startDemo(listeners: number): Promise<Demo> {
  const data = await mkdtemp(join(tmpdir(), 'consonance-page-'))
  const args = ['demo', '--listeners', String(listeners), '--port', '0', '--data', data, '--json']
  const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url, samples } = JSON.parse(line) as { url: string; samples: readonly string[] }
  return {
    url,
    sample: samples[0]!,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(data, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startChromium(): Promise<AsyncDisposable & { readonly port: number }> {
  const { executable, environment } = await chromium()
  const profile = await mkdtemp(join(tmpdir(), 'consonance-chromium-'))
  const switches = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ]
  const child = spawn(executable, switches, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.on('exit', () => reject(new Error('Chromium did not start')))
    createInterface(child.stderr).on('line', (text) => {
      const found = /^DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
  })
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
