import type { Command } from 'commander'
import { type DemoOptions, demo, demoDefaults } from '../demo.ts'
import { consonanceCommand, wholeNumber } from '../options.ts'
import { listenOptions } from '../serve.ts'

export function demoCommand(): Command {
  const command = consonanceCommand('demo')
    .description('simulated listeners from nothing to the page with their matches; needs no data and no credentials')
    .option('--listeners <n>', 'how many simulated listeners', wholeNumber(20), demoDefaults.listeners)
    .option('--seed <n>', 'seed of the world and the model', wholeNumber(0), demoDefaults.seed)
    .option('--no-serve', 'show some matches in the terminal and end, instead of serving the page until Ctrl-C')
  for (const option of listenOptions) command.addOption(option)
  return command.action((options: DemoOptions) => demo(options))
}
