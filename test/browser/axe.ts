import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/**
 * Fails with what axe finds on the page as it is, naming each element.
 * @param rules all when absent
 */
export async function assertAccessible(page: Page, what: string, rules?: readonly string[]): Promise<void> {
  // Evaluated through the debugger, which the page's content security policy doesn't hold back.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source)
  const runOnly = rules && { type: 'rule', values: rules }
  const options = JSON.stringify({ resultTypes: ['violations'], ...(runOnly && { runOnly }) })
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
  assert.deepEqual(found, [], what)
}
