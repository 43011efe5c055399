import { parseArgs } from 'node:util'
import { Problem } from '../src/taste/problem.ts'
import { benchKernels } from './kernels.ts'
import { benchTrain } from './train.ts'

/** `npm run bench -- kernels|train [options]`; bench/README.md explains each. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string' },
    steps: { type: 'string', default: '30' },
    python: { type: 'string' },
    variants: { type: 'string' },
  },
})
const threads = Number(values.threads)

switch (positionals[0]) {
  case 'kernels':
    await benchKernels({ threads, rounds: Number(values.rounds ?? 50) })
    break
  case 'train':
    await benchTrain({
      threads,
      rounds: Number(values.rounds ?? 15),
      steps: Number(values.steps),
      ...(values.python && { python: values.python }),
      ...(values.variants && { variants: values.variants.split(',') }),
    })
    break
  default:
    throw new Problem(`bench: no benchmark called ${positionals[0] ?? ''}`, { do: 'there are kernels and train' })
}
