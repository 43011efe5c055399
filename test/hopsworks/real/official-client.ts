import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LocalHopsworks } from '../fast/local-hopsworks.ts'
import { cached } from './maven.ts'

const run = promisify(execFile)

export const officialVersion = '5.1.2'

/** A Python that has the official client. */
export async function officialPython(): Promise<string> {
  const environment = await cached(`python-hopsworks-${officialVersion}`, async (to) => {
    await run('python3', ['-m', 'venv', to])
    await run(join(to, 'bin/python'), ['-m', 'pip', 'install', '-q', `hopsworks[python]==${officialVersion}`])
  })
  return join(environment, 'bin/python')
}

/** Hopsworks' own Python client, pinned, in a virtual environment of its own. */
export class OfficialClient {
  /** Of its virtual environment. */
  readonly python: string
  readonly #local: LocalHopsworks
  readonly #folder: string

  private constructor(python: string, local: LocalHopsworks, folder: string) {
    this.python = python
    this.#local = local
    this.#folder = folder
  }

  /** @param folder of this run */
  static async install(local: LocalHopsworks, folder: string): Promise<OfficialClient> {
    return new OfficialClient(await officialPython(), local, folder)
  }

  /** Versions of what it is made of. */
  async versions(): Promise<string> {
    const names = ['hopsworks', 'confluent-kafka', 'fastavro', 'opensearch-py', 'pyarrow']
    const code = `import platform; from importlib.metadata import version; print("Python " + platform.python_version(), *[f"{n} {version(n)}" for n in ${JSON.stringify(names)}], sep=", ")`
    return (await run(this.python, ['-c', code])).stdout.trim()
  }

  /**
   * Runs `official/{script}.py` as somebody who logs in anew.
   * @returns what it prints last, parsed
   */
  async run(script: string, ...args: readonly string[]): Promise<unknown> {
    const { host, port, project, apiKey } = this.#local.login
    const folder = await mkdtemp(join(this.#folder, `${script}-`))
    const ran = run(this.python, [join(import.meta.dirname, 'official', `${script}.py`), ...args], {
      cwd: folder,
      timeout: 180_000,
      maxBuffer: 16 * 1024 * 1024,
      env: {
        ...process.env,
        ENABLE_HOPSWORKS_USAGE: 'false',
        LOCAL_HOST: host,
        LOCAL_PORT: `${port}`,
        LOCAL_PROJECT: project,
        LOCAL_KEY: apiKey,
        LOCAL_FOLDER: folder,
      },
    })
    const { stdout } = await ran.finally(() => this.#removeLeftovers())
    return JSON.parse(stdout.trim().split('\n').at(-1)!)
  }

  /** The official client leaves the Kafka certificates, and their key, in /tmp. */
  async #removeLeftovers(): Promise<void> {
    for (const what of ['ca_chain', 'client_cert', 'client_key'])
      await rm(`/tmp/kafka_sc_${this.#local.projectId}_-1_${what}.pem`, { force: true })
  }
}
