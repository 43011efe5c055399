import type { Command } from 'commander'
import { type DemoOptions, demo, demoDefaults } from '../demo.ts'
import { consonanceCommand, wholeNumber } from '../options.ts'

export function demoCommand(): Command {
  return consonanceCommand('demo')
    .description('simulated listeners from nothing to matches; needs no data and no credentials')
    .option('--listeners <n>', 'how many simulated listeners', wholeNumber(20), demoDefaults.listeners)
    .option('--seed <n>', 'seed of the world and the model', wholeNumber(0), demoDefaults.seed)
    .action((options: DemoOptions) => demo(options))
}
