/**
 * A Hopsworks to try things on, without an account, until Ctrl-C: `npm run hopsworks`. It keeps everything in memory.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalHopsworks } from './fast/start.ts'

const local = await startLocalHopsworks({ materializationMs: 2_000, refreshMs: 1_000 })
const folder = await mkdtemp(join(tmpdir(), 'local-hopsworks-'))
const ca = join(folder, 'ca.pem')
const key = join(folder, 'api-key')
await writeFile(ca, local.ca)
await writeFile(key, local.apiKey, { mode: 0o600 })
const { opensearch, rondb } = local.login.services
process.stdout.write(`A local Hopsworks, all of it in memory, until Ctrl-C. In another terminal:

export CONSONANCE_HOPSWORKS_KEY_FILE=${key}
npx consonance status --store 'hopsworks://${local.host}:${local.port}/${local.project}?ca=${ca}&opensearch=${opensearch}&rondb=${rondb}'
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await local.close()
    await rm(folder, { recursive: true, force: true })
  })
