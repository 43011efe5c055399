import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const web = join(import.meta.dirname, '../../web')

/** The folder of the built page. Fails when it is not built, or older than what it is made of. */
export function builtPage(): string {
  const dist = join(web, 'dist')
  const built = join(dist, 'index.html.br')
  assert.ok(existsSync(built), 'the page is not built: npm run build:web')
  const made = statSync(built).mtimeMs
  const newer = readdirSync(web, { recursive: true, withFileTypes: true }).find(
    (entry) =>
      entry.isFile() &&
      !entry.parentPath.startsWith(dist) &&
      !entry.name.endsWith('.test.ts') &&
      statSync(join(entry.parentPath, entry.name)).mtimeMs > made,
  )
  assert.equal(newer?.name, undefined, 'the page is older than its sources: npm run build:web')
  return dist
}
