import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ArrowServerOptions {
  readonly python: string
  /** PEM: its own certificate and key, and the authority of the clients that may come. */
  readonly certificates: { readonly cert: string; readonly key: string; readonly ca: string }
  /** Of the table `many`. */
  readonly rows: number
}

/** A server of Apache Arrow's own Flight, `official/flight_server.py`, which ends with this process at the latest. */
export class ArrowServer {
  readonly port: number
  /** Of pyarrow. */
  readonly version: string
  /** What some of its tables hold, by the words of `official/values.py`. */
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
  readonly #child: ChildProcess
  readonly #endWithUs = () => this.#child.kill('SIGKILL')

  private constructor(child: ChildProcess, hello: Pick<ArrowServer, 'port' | 'version' | 'tables'>) {
    this.#child = child
    this.port = hello.port
    this.version = hello.version
    this.tables = hello.tables
    process.once('exit', this.#endWithUs)
  }

  static async start({ python, certificates, rows }: ArrowServerOptions): Promise<ArrowServer> {
    const script = join(import.meta.dirname, 'official', 'flight_server.py')
    const child = spawn(python, [script, `${rows}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // It reports clients that are refused on purpose.
      env: { ...process.env, GRPC_VERBOSITY: 'NONE' },
    })
    child.stdin.write(`${JSON.stringify(certificates)}\n`)
    const lines = createInterface(child.stdout)
    const [line] = (await Promise.race([
      once(lines, 'line'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the Flight server ended with ${code}`))),
    ])) as [string]
    return new ArrowServer(child, JSON.parse(line))
  }

  /** As in a crash. */
  async kill(): Promise<void> {
    process.off('exit', this.#endWithUs)
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}
