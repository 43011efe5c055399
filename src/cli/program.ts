import { Command, CommanderError, InvalidArgumentError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { Problem } from '../taste/problem.ts'

/** Exit codes that scripts rely on. */
const done = 0
const failed = 1
const wrongUse = 2
const interrupted = 130

/** In the order of the help. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  discover: async () => (await import('./commands/discover.ts')).discoverCommand(),
  fetch: async () => (await import('./commands/fetch.ts')).fetchCommand(),
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand(),
  enrich: async () => (await import('./commands/enrich.ts')).enrichCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  match: async () => (await import('./commands/match.ts')).matchCommand(),
  refresh: async () => (await import('./commands/refresh.ts')).refreshCommand(),
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand(),
  halves: async () => (await import('./commands/halves.ts')).halvesCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  consent: async () => (await import('./commands/consent.ts')).consentCommand(),
  erase: async () => (await import('./commands/erase.ts')).eraseCommand(),
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand(),
}

/** With the commands that `args` name, because to load all takes longer than most of them; with all where none is named. */
async function program(args: readonly string[]): Promise<Command> {
  const root = new Command('consonance')
    .description('Finds the listeners whose taste is closest to yours.')
    .version(packageJson.version)
    .showHelpAfterError('(see --help)')
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  const named = Object.keys(commands).filter((name) => args.includes(name))
  const loaded = named.length > 0 && !args.includes('help') ? named : Object.keys(commands)
  for (const command of await Promise.all(loaded.map((name) => commands[name]!())))
    root.addCommand(command.copyInheritedSettings(root))
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
    const root = await program(args)
    await root.parseAsync(args, { from: 'user' })
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
