import { parseArgs } from 'node:util'
import { benchTrain } from './train.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
    steps: { type: 'string', default: '30' },
    python: { type: 'string' },
    variants: { type: 'string' },
  },
})

await benchTrain({
  threads: Number(values.threads),
  rounds: Number(values.rounds),
  steps: Number(values.steps),
  ...(values.python && { python: values.python }),
  ...(values.variants && { variants: values.variants.split(',') }),
})
