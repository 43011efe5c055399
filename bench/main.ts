import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../src/taste/problem.ts'
import { benchAblation } from './ablation.ts'
import { benchExports } from './exports.ts'
import { benchFuzz } from './fuzz.ts'
import { benchHeldOut } from './held-out.ts'
import { benchHopsworks } from './hopsworks/hopsworks.ts'
import { benchOffline } from './hopsworks/offline.ts'
import { benchIndex } from './index/bench-index.ts'
import { benchIngest } from './ingest/ingest.ts'
import { benchKernels } from './kernels.ts'
import { benchMatch } from './match/match.ts'
import { benchPage } from './page.ts'
import { benchReadingWorth } from './reading-worth.ts'
import { benchServe } from './serve.ts'
import { benchStart } from './start.ts'
import { benchTrain } from './train.ts'

/** `npm run bench -- ablation|exports|fuzz|hopsworks|ingest|index|kernels|match|page|serve|start|train [options]`; bench/README.md explains each. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    listeners: { type: 'string' },
    rows: { type: 'string' },
    inputs: { type: 'string' },
    threads: { type: 'string' },
    rounds: { type: 'string' },
    steps: { type: 'string' },
    python: { type: 'string' },
    variants: { type: 'string' },
    data: { type: 'string' },
    seeds: { type: 'string' },
    share: { type: 'string' },
    source: { type: 'string' },
    out: { type: 'string' },
    epochs: { type: 'string' },
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    kind: { type: 'string' },
    only: { type: 'string' },
    seconds: { type: 'string' },
    sizes: { type: 'string' },
  },
})

/** A whole number of at least 1. */
function count(
  name: 'seconds' | 'listeners' | 'rows' | 'inputs' | 'threads' | 'rounds' | 'steps' | 'seed',
  otherwise: number,
): number {
  const given = Number(values[name] ?? otherwise)
  if (!Number.isInteger(given) || given < 1) {
    throw new Problem(`bench: --${name} ${values[name]}`, { do: 'give a whole number of at least 1' })
  }
  return given
}

async function run(): Promise<void> {
  const threads = count('threads', 2)
  const { python } = values
  const variants = values.variants?.split(',')
  if (positionals[0] === 'ablation')
    await benchAblation({
      data: values.data ?? '.consonance',
      out: values.out ?? join(tmpdir(), 'consonance-ablation'),
      only: values.only?.split(','),
      source: values.source,
      listeners: count('listeners', values.quick ? 300 : 100_000),
      epochs: Number(values.epochs ?? (values.quick ? 0.1 : 1)),
      seed: count('seed', 1),
      threads,
    })
  else if (positionals[0] === 'exports')
    await benchExports({ rows: count('rows', 1_000_000), rounds: count('rounds', 3) })
  else if (positionals[0] === 'fuzz') await benchFuzz({ inputs: count('inputs', 100_000) })
  else if (positionals[0] === 'ingest') {
    if (values.kind === 'memory') await benchIngest({ listeners: count('listeners', 20_000), shape: 'small' })
    else {
      await benchIngest({ listeners: count('listeners', 1_500), shape: 'usual' })
      await benchReadingWorth()
    }
  } else if (positionals[0] === 'held-out') {
    const seeds = (values.seeds ?? '1,2,3').split(',').map(Number)
    await benchHeldOut({ data: values.data ?? '.consonance', seeds, share: Number(values.share ?? 0.3) })
  } else if (positionals[0] === 'hopsworks') {
    const [rows, rounds] = [count('rows', 50_000), count('rounds', 300)]
    const parts = values.kind === 'fast' ? 'fast' : 'real'
    if (values.kind === 'offline') await benchOffline(count('rows', 1_000_000))
    else await benchHopsworks({ parts, rows, rounds, listeners: count('listeners', 20_000) })
  } else if (positionals[0] === 'index') {
    const sizes = values.sizes?.split(',').map(Number)
    await benchIndex({ threads, only: values.only?.split(','), sizes })
  } else if (positionals[0] === 'match') {
    const kind = values.kind === 'two-tower' ? 'two-tower' : 'linear'
    const data = values.data ?? join(tmpdir(), 'consonance-bench')
    const rounds = count('rounds', 1000)
    await benchMatch({
      ...{ data, kind, threads, rounds },
      listeners: count('listeners', 100_000),
      only: values.only?.split(','),
    })
  } else if (positionals[0] === 'serve') {
    const kind = values.kind === 'two-tower' ? 'two-tower' : 'linear'
    const data = values.data ?? join(tmpdir(), 'consonance-bench')
    await benchServe({ data, kind, listeners: count('listeners', 10_000), seconds: count('seconds', 60) })
  } else if (positionals[0] === 'page')
    await benchPage({ listeners: count('listeners', 200), out: values.out ?? join(tmpdir(), 'consonance-lighthouse') })
  else if (positionals[0] === 'start') await benchStart()
  else if (positionals[0] === 'kernels') await benchKernels({ threads, rounds: count('rounds', 50) })
  else if (positionals[0] === 'train') {
    await benchTrain({ threads, rounds: count('rounds', 15), steps: count('steps', 30), python, variants })
  } else
    throw new Problem(`bench: no benchmark called "${positionals[0] ?? ''}"`, {
      do: 'there are ablation, exports, fuzz, held-out, hopsworks, ingest, index, kernels, match, page, serve, start and train',
    })
}

await run().catch((error: unknown) => {
  console.error(error instanceof Problem ? error.message : error)
  process.exitCode = 1
})
