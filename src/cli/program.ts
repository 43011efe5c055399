import { Command, CommanderError, InvalidArgumentError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { Problem } from '../taste/problem.ts'
import { consentCommand } from './commands/consent.ts'
import { demoCommand } from './commands/demo.ts'
import { discoverCommand } from './commands/discover.ts'
import { enrichCommand } from './commands/enrich.ts'
import { eraseCommand } from './commands/erase.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { exportCommand } from './commands/export.ts'
import { fetchCommand } from './commands/fetch.ts'
import { halvesCommand } from './commands/halves.ts'
import { importCommand } from './commands/import.ts'
import { ingestCommand } from './commands/ingest.ts'
import { matchCommand } from './commands/match.ts'
import { modelsCommand } from './commands/models.ts'
import { refreshCommand } from './commands/refresh.ts'
import { serveCommand } from './commands/serve.ts'
import { simulateCommand } from './commands/simulate.ts'
import { statusCommand } from './commands/status.ts'
import { trainCommand } from './commands/train.ts'

/** Exit codes that scripts rely on. */
const done = 0
const failed = 1
const wrongUse = 2
const interrupted = 130

function program(): Command {
  const root = new Command('consonance')
    .description('Finds the listeners whose taste is closest to yours.')
    .version(packageJson.version)
    .showHelpAfterError('(see --help)')
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  const commands = [
    demoCommand(),
    importCommand(),
    discoverCommand(),
    fetchCommand(),
    ingestCommand(),
    enrichCommand(),
    trainCommand(),
    matchCommand(),
    refreshCommand(),
    evaluateCommand(),
    halvesCommand(),
    modelsCommand(),
    statusCommand(),
    serveCommand(),
    exportCommand(),
    consentCommand(),
    eraseCommand(),
    simulateCommand(),
  ]
  for (const command of commands) root.addCommand(command.copyInheritedSettings(root))
  return root
}

/**
 * Runs one command.
 * @param args what follows `consonance` on the command line
 * @returns the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const verbose = args.includes('--verbose')
  try {
    await program().parseAsync(args, { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : done
  } catch (error) {
    return report(error, verbose)
  }
}

function report(error: unknown, verbose: boolean): number {
  if (error instanceof CommanderError || error instanceof InvalidArgumentError) {
    if (error.exitCode === 0) return done
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    process.stderr.write(`consonance: ${message} (see consonance --help)\n`)
    return wrongUse
  }
  if (error instanceof Error && error.name === 'AbortError') {
    process.stderr.write(
      'consonance: interrupted; what was acknowledged is kept, run the same command again to continue\n',
    )
    return interrupted
  }
  const known = error instanceof Problem
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`consonance: ${known ? message : `unexpected: ${message}`}\n`.replace(/\n(?=.)/g, ' '))
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  else if (!known) process.stderr.write('consonance: run the command again with --verbose for the details\n')
  return known ? error.exitCode : failed
}
