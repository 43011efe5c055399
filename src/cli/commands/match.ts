import type { Command } from 'commander'
import { match } from '../../pipelines/match.ts'
import { nameReading } from '../ingest-names.ts'
import { printMatches } from '../matches.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { json } from '../output.ts'
import { resolveQuery } from '../query.ts'
import { spotifyReader } from '../read-profile.ts'
import { printReading } from '../reading.ts'
import { withWorkspace } from '../workspace.ts'

export function matchCommand(): Command {
  return consonanceCommand('match')
    .description('the closest listeners of a profile, with the reasons')
    .argument(
      '<profile>',
      'a stored listener as in lastfm-2k:2, a Spotify profile link, listenbrainz:NAME, lastfm:NAME, or a file',
    )
    .option('-k, --count <n>', 'how many matches', wholeNumber(1), 10)
    .action((text: string, options: CommonOptions & { count: number }) =>
      withWorkspace(options, 'existing', async ({ store, registry, nearest, policy, progress, signal, elapsed }) => {
        const now = () => Math.floor(Date.now() / 1000)
        const read = await spotifyReader(options.data, { store, policy, progress, signal, now })
        const readNamed = nameReading(options.data, { store, policy, progress, signal })
        const { query, taken, reading } = await resolveQuery(text, store, now(), read, readNamed)
        const answer = await match(query, options.count, {
          ...{ store, registry, policy },
          ...(nearest && { nearest }),
        })
        if (options.json) json({ query: taken, ...(reading && { reading }), ...answer })
        else {
          if (reading) printReading(text, reading)
          printMatches(taken, answer, elapsed())
        }
      }),
    )
}
