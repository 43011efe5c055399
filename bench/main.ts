import { parseArgs } from 'node:util'
import { Problem } from '../src/taste/problem.ts'
import { benchHeldOut } from './held-out.ts'
import { benchIndex } from './index/bench-index.ts'
import { benchIngest } from './ingest.ts'
import { benchKernels } from './kernels.ts'
import { benchTrain } from './train.ts'

/** `npm run bench -- ingest|index|kernels|train [options]`; bench/README.md explains each. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    listeners: { type: 'string' },
    threads: { type: 'string' },
    rounds: { type: 'string' },
    steps: { type: 'string' },
    python: { type: 'string' },
    variants: { type: 'string' },
    data: { type: 'string' },
    seeds: { type: 'string' },
    share: { type: 'string' },
    only: { type: 'string' },
    sizes: { type: 'string' },
  },
})

/** A whole number of at least 1. */
function count(name: 'listeners' | 'threads' | 'rounds' | 'steps', otherwise: number): number {
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
  if (positionals[0] === 'ingest') await benchIngest({ listeners: count('listeners', 600) })
  else if (positionals[0] === 'held-out') {
    const seeds = (values.seeds ?? '1,2,3').split(',').map(Number)
    await benchHeldOut({ data: values.data ?? '.consonance', seeds, share: Number(values.share ?? 0.3) })
  } else if (positionals[0] === 'index') {
    const sizes = (values.sizes ?? '10000,100000').split(',').map(Number)
    await benchIndex({ threads, only: values.only?.split(','), sizes })
  } else if (positionals[0] === 'kernels') await benchKernels({ threads, rounds: count('rounds', 50) })
  else if (positionals[0] === 'train') {
    await benchTrain({ threads, rounds: count('rounds', 15), steps: count('steps', 30), python, variants })
  } else
    throw new Problem(`bench: no benchmark called "${positionals[0] ?? ''}"`, {
      do: 'there are ingest, index, kernels and train',
    })
}

await run().catch((error: unknown) => {
  console.error(error instanceof Problem ? error.message : error)
  process.exitCode = 1
})
