import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { queryServiceName } from '../../test/hopsworks/fast/start.ts'
import { ArrowProject } from '../../test/hopsworks/real/arrow-project.ts'
import { officialPython } from '../../test/hopsworks/real/official-client.ts'

const megabyte = 2 ** 20

/**
 * How fast rows are read over Arrow Flight from a server of Apache Arrow's own, in this process and by Apache Arrow's own client in
 * Python, and what memory that takes.
 */
export async function benchOffline(rows: number): Promise<void> {
  const python = await officialPython()
  await using served = await ArrowProject.open(python, rows)
  for await (const _ of served.read('types'));
  const before = process.memoryUsage().rss
  const peaks: number[] = []
  const started = performance.now()
  let [count, pages] = [0, 0]
  for await (const page of served.read('many')) {
    count += page.length
    if (pages++ % 10 === 0) peaks.push(process.memoryUsage().rss)
  }
  const seconds = (performance.now() - started) / 1000
  const grown = peaks.map((rss) => (rss - before) / megabyte)
  const half = Math.floor(grown.length / 2)
  const most = (values: readonly number[]) => Math.max(...values).toFixed(0)
  console.log(`ours: ${count} rows as objects in ${seconds.toFixed(2)} s: ${perSecond(count, seconds)}`)
  console.log(
    `ours: at most ${most(grown.slice(0, half))} MB more in the first half, ${most(grown.slice(half))} MB in the second`,
  )

  const theirs = await readByPython(python, served)
  const { dicts, frame, memory, frameMemory } = theirs
  console.log(
    `pyarrow: ${dicts.rows} rows as dicts in ${dicts.seconds.toFixed(2)} s: ${perSecond(dicts.rows, dicts.seconds)}, ${(memory / 1024).toFixed(0)} MB in all`,
  )
  console.log(
    `pyarrow: as one data frame in ${frame.seconds.toFixed(2)} s: ${perSecond(frame.rows, frame.seconds)}, ${(frameMemory / 1024).toFixed(0)} MB in all`,
  )
}

interface Reading {
  readonly rows: number
  readonly seconds: number
}

/** Memory in kilobytes: at most until then. */
async function readByPython(python: string, { login, guest }: ArrowProject) {
  const script = join(import.meta.dirname, '../../test/hopsworks/real/official/flight_reader.py')
  const run = promisify(execFile)(python, [script, login.services!.flight!, queryServiceName, 'many'])
  // Should it end before it reads, its exit tells why.
  run.child.stdin!.on('error', () => {}).end(`${JSON.stringify(guest)}\n`)
  const answer = JSON.parse((await run).stdout)
  return answer as { dicts: Reading; memory: number; frame: Reading; frameMemory: number }
}

const perSecond = (count: number, seconds: number) => `${Math.round(count / seconds).toLocaleString('en')} a second`
