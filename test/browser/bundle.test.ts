import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { visitor } from './browser.ts'
import { builtPage } from './built-page.ts'
import { you } from './example-answers.ts'
import { exampleServer } from './example-server.ts'

const mostBytes = 150_000

test('the first page takes less than 150 kB of compressed script, and charts come when they are seen', async () => {
  const context = await visitor({ viewport: { width: 1280, height: 400 } })
  const page = await context.newPage()
  const scripts: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('.js')) scripts.push(pathname)
  })
  const { url: base } = await exampleServer()
  await page.goto(base)
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  const bytes = scripts.reduce((sum, script) => sum + statSync(join(builtPage(), `${script}.br`)).size, 0)
  assert.ok(scripts.length > 1 && bytes < mostBytes, `${bytes} bytes in ${scripts.length} files`)

  await page.goto(`${base}p/${you}/taste`)
  await page.getByText(/of your music is from the/).waitFor()
  const charts = () => scripts.filter((script) => /\/(?:sound-bars|columns)-/.test(script)).length
  assert.equal(charts(), 0)
  await page.getByText(/of your music is from the/).scrollIntoViewIfNeeded()
  await page.locator('.columns').waitFor()
  assert.ok(charts() > 0)
  await context.close()
})
