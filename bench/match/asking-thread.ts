import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { LiveMatcher } from '../../src/pipelines/live-matcher.ts'
import { openStore } from '../../src/store/open.ts'
import { random } from '../../src/towers/random.ts'

/** Matches random listeners for as long as it is told to, one question after the other. */
const { data, listeners, kind, seed, seconds } = workerData as {
  readonly data: string
  readonly listeners: number
  readonly kind: string
  readonly seed: number
  readonly seconds: number
}
const opened = await openStore(undefined, join(data, `${kind}-${listeners}`), {}, { create: false })
const live = await LiveMatcher.open(opened)
const { uniform } = random(2, seed)
const ask = async () => {
  const listener = `synthetic:${String(Math.floor(listeners * uniform())).padStart(7, '0')}`
  return JSON.stringify(await live.match({ listener }, 10)).length
}
await live.settled()
for (let i = 0; i < 500; i++) await ask()
parentPort!.postMessage('ready')
parentPort!.once('message', async () => {
  const started = performance.now()
  let answers = 0
  for (; performance.now() - started < 1000 * seconds; answers++) await ask()
  parentPort!.postMessage(answers / ((performance.now() - started) / 1000))
  await live.close()
  await opened.close()
})
