import { keepHeapSmall } from '../src/cli/small-heap.ts'
import { recognise } from '../src/sources/recognise.ts'

// The reading alone, for bench/exports.ts: a folder in, one line of JSON out.
keepHeapSmall()
const [folder = ''] = process.argv.slice(2)
const started = performance.now()
let answer = { listens: 0, items: 0 }
for (const { path, source } of (await recognise([folder])).recognised) {
  for await (const event of source.read(path, { now: 0 }))
    if (event.kind === 'reading') answer = { listens: event.report.listens, items: event.report.items }
}
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    ...answer,
    seconds,
    processor: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
)
