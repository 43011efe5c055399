import { Problem } from '../../src/taste/problem.ts'
import { benchBandwidth } from './bandwidth.ts'
import { benchChurn } from './churn.ts'
import { benchLatency } from './latency.ts'
import { benchLive } from './live.ts'
import { benchLoad } from './load.ts'
import { benchPeers } from './peers.ts'

const parts = {
  peers: (threads: number, sizes?: readonly number[]) => benchPeers(sizes ?? [10_000, 100_000], threads),
  latency: (threads: number, sizes?: readonly number[]) => benchLatency(sizes ?? [10_000, 100_000, 1_000_000], threads),
  bandwidth: benchBandwidth,
  load: (threads: number) => benchLoad(1_000_000, threads),
  live: benchLive,
  churn: benchChurn,
} as const

export interface IndexBenchOptions {
  readonly threads: number
  /** Names of parts; all by default. */
  readonly only?: readonly string[] | undefined
  /** How many listeners the index and its peers are compared with. */
  readonly sizes?: readonly number[] | undefined
}

/** @throws Problem when there is no such part. */
export async function benchIndex({ threads, only = Object.keys(parts), sizes }: IndexBenchOptions): Promise<void> {
  for (const name of only) {
    if (!Object.hasOwn(parts, name))
      throw new Problem(`bench: no part "${name}" of index`, { do: `there are ${Object.keys(parts).join(', ')}` })
    await parts[name as keyof typeof parts](threads, sizes)
  }
}
