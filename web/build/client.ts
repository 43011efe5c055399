import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const description = join(root, 'docs/openapi.json')
const schema = join(root, 'web/api/schema.ts')

/** First line of schema.ts: says of which description it was made. */
export function madeFrom(): string {
  const hash = createHash('sha256').update(readFileSync(description)).digest('hex')
  return `// Made from docs/openapi.json (sha256 ${hash}) by \`npm run build:client\`.\n`
}

/**
 * Writes schema.ts. openapi-typescript asks for a TypeScript older than ours, so the two are fetched for this run only
 * and are no dependencies.
 */
function generate(): void {
  const packages = ['--package=openapi-typescript@7.13.0', '--package=typescript@5.9.3']
  const command = ['exec', '--yes', ...packages, '--', 'openapi-typescript', description]
  const { status, stdout } = spawnSync('npm', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(schema, madeFrom() + stdout)
}

if (import.meta.main) generate()
