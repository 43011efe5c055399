import { fuzzExports } from '../test/export-fuzz.ts'

const atOnce = 5_000

/** Reads damaged exports and says what came of it. Fails for a crash, an input that takes over a second, or 512 MB. */
export async function benchFuzz({ inputs }: { inputs: number }): Promise<void> {
  let [read, refused, slowestMs, slowest] = [0, 0, 0, '']
  const crashes: string[] = []
  for (let from = 0; from < inputs; from += atOnce) {
    const outcome = await fuzzExports(Math.min(atOnce, inputs - from), from)
    read += outcome.read
    refused += outcome.refused
    crashes.push(...outcome.crashes)
    if (outcome.slowestMs > slowestMs) ({ slowestMs, slowest } = outcome)
  }
  const megabytes = process.resourceUsage().maxRSS / 1024
  console.log(
    `${inputs.toLocaleString('en-US')} inputs: ${read.toLocaleString('en-US')} read in part or whole, ${refused.toLocaleString('en-US')} refused with one line, ${crashes.length} crashes; slowest ${Math.round(slowestMs)} ms of processor time (${slowest}); at most ${Math.round(megabytes)} MB`,
  )
  for (const crash of crashes.slice(0, 10)) console.log(crash)
  if (crashes.length > 0 || slowestMs > 1000 || megabytes > 512) process.exitCode = 1
}
