import { type Command, Option } from 'commander'
import type { Consent } from '../../taste/consent.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { ending, json, line, table } from '../output.ts'
import { withWorkspace } from '../workspace.ts'

/** What each flag allows, as the options and the table say it. */
const flags: Readonly<Record<keyof Consent, readonly [option: string, allows: string]>> = {
  findable: ['findable', 'may appear among the matches of others'],
  showName: ['show-name', 'name and link may be shown'],
  showTracks: ['show-tracks', 'artists and tracks that the other does not share may be shown'],
  train: ['train', 'the profile may be trained on'],
}

type ConsentOptions = CommonOptions & { readonly [flag in keyof Consent]?: boolean }

export function consentCommand(): Command {
  const command = consonanceCommand('consent')
    .description('what the owner of a profile allows: shows it, or changes the flags that are given')
    .argument('<listener>', 'id as in file:0b4f...')
  for (const [option, allows] of Object.values(flags))
    command.addOption(new Option(`--${option}`, allows)).addOption(new Option(`--no-${option}`, `not: ${allows}`))
  return command.action((listener: string, options: ConsentOptions) =>
    withWorkspace(options, 'existing', async ({ store, elapsed }) => {
      const found = await store.listener(listener)
      if (!found) throw new Problem(`consent: no listener "${listener}" is stored`, { do: 'check the id' })
      const names = Object.keys(flags) as (keyof Consent)[]
      const stated = names.filter((name) => options[name] !== undefined)
      const consent: Consent = { ...found.consent }
      for (const name of stated) Object.assign(consent, { [name]: options[name] })
      if (stated.length > 0) await store.setConsent(listener, consent)
      if (options.json) return json({ listener, consent })
      line(
        table(
          ['flag', 'allowed', 'what'],
          names.map((name) => [flags[name][0], consent[name] ? 'yes' : 'no', flags[name][1]]),
        ),
      )
      ending(stated.length > 0 ? `Changed what ${listener} allows` : 'Read', elapsed(), 'consonance match LISTENER')
    }),
  )
}
