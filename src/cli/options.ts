import { Command, InvalidArgumentError, Option } from 'commander'

/** What every command takes. */
export interface CommonOptions {
  readonly data: string
  readonly store?: string
  readonly json?: boolean
  readonly verbose?: boolean
}

/** A command with the options that all commands share. */
export function consonanceCommand(name: string): Command {
  return new Command(name)
    .addOption(new Option('--data <dir>', 'folder of the store and the models').default('.consonance'))
    .addOption(
      new Option(
        '--store <url>',
        'where the store is: sqlite:DIR or hopsworks://HOST:PORT/PROJECT (default: sqlite in --data)',
      ),
    )
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .option('--verbose', 'show details of an unexpected error')
}

/** For an option that takes a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value) || value < least || text.trim() === '') {
      throw new InvalidArgumentError(`It takes a whole number of at least ${least}.`)
    }
    return value
  }
}

/** For an option that takes a share strictly between 0 and 1. */
export function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It takes a number between 0 and 1, such as 0.3.')
  return value
}
