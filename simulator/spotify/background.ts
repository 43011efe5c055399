import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { BackgroundSettings, Hosts } from './simulator-thread.ts'

/** A simulated Spotify that leaves this thread free for its client. To be disposed of. */
export interface BackgroundSimulator extends AsyncDisposable {
  readonly hosts: Hosts
}

/** Starts a simulated Spotify in a thread of its own, on free loopback ports. */
export async function simulateInBackground(settings: BackgroundSettings): Promise<BackgroundSimulator> {
  // In a checkout the modules are .ts, in the built package .js.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const worker = new Worker(new URL(`./simulator-thread${extension}`, import.meta.url), {
    workerData: settings,
    // Flags of the process don't concern it, and --input-type would be an error here.
    execArgv: [],
  })
  const [hosts] = (await once(worker, 'message')) as [Hosts]
  return {
    hosts,
    async [Symbol.asyncDispose]() {
      const gone = once(worker, 'exit')
      worker.postMessage('close')
      await gone
    },
  }
}
