import type { Command } from 'commander'
import { simulatedKey } from '../../../simulator/services/lastfm-host.ts'
import { ServiceSimulator } from '../../../simulator/services/service-simulator.ts'
import { defaultApp, modes } from '../../../simulator/spotify/settings.ts'
import { SpotifySimulator } from '../../../simulator/spotify/simulator.ts'
import { createWorld } from '../../../simulator/world/world.ts'
import { profileLink } from '../../spotify/index.ts'
import { Problem } from '../../taste/problem.ts'
import { type CommonOptions, consonanceCommand, wholeNumber } from '../options.ts'
import { count, faint, json, line, strong } from '../output.ts'

interface SimulateOptions extends CommonOptions {
  readonly listeners: number
  readonly seed: number
  readonly port: number
}

/** How many links are shown. */
const shownLinks = 5

export function simulateCommand(): Command {
  return consonanceCommand('simulate')
    .description(
      'a simulated Spotify and other services on this machine, to try them without credentials; Ctrl-C ends it',
    )
    .option('--listeners <n>', 'how many simulated listeners', wholeNumber(1), 2000)
    .option('--seed <n>', 'seed of the world', wholeNumber(0), 1)
    .option(
      '--port <n>',
      'port of the API, the next two are for sign-in and other services; 0: any free ones',
      wholeNumber(0),
      4040,
    )
    .action(simulate)
}

async function simulate({ listeners, seed, port, json: asJson }: SimulateOptions): Promise<void> {
  const world = createWorld({ seed, listeners })
  const simulator = new SpotifySimulator({ world })
  const services = new ServiceSimulator({ world })
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  try {
    await simulator.listen(port)
    await services.listen(port && port + 2)
    const apps = modes.map(defaultApp)
    const links = Array.from(
      { length: Math.min(shownLinks, listeners) },
      (_, i) => profileLink(simulator.people.idOf(i)).url,
    )
    const all = `${new URL(simulator.hosts.api).origin}/simulator/links?count=${listeners}`
    if (asJson)
      json({
        simulated: true,
        ...simulator.hosts,
        clients: apps.map(({ clientId, clientSecret, mode }) => ({ clientId, clientSecret, mode })),
        links,
        allLinks: all,
        services: services.addresses,
      })
    else {
      print(simulator.hosts, apps, links, all, listeners)
      printServices(services.addresses, world.listener(0).name)
    }
    await ended
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'ERR_SOCKET_BAD_PORT') throw error
    throw new Problem(`simulate: port ${port}, ${port + 1} or ${port + 2} can't be listened on (${code})`, {
      do: 'give another --port, or 0 for any free ones',
    })
  } finally {
    await simulator.close()
    await services.close()
  }
  if (!asJson) line('Ended.')
}

function print(
  { api, accounts }: SpotifySimulator['hosts'],
  apps: readonly ReturnType<typeof defaultApp>[],
  links: readonly string[],
  all: string,
  listeners: number,
): void {
  line(`A simulated Spotify with ${count(listeners)} listeners; nobody is behind them. Ctrl-C ends it.`)
  line(`  API      ${api}`)
  line(`  sign-in  ${accounts}`)
  line()
  line(strong('In another terminal'))
  line(`  export CONSONANCE_SPOTIFY_API=${api} CONSONANCE_SPOTIFY_ACCOUNTS=${accounts}`)
  line(`  export SPOTIFY_CLIENT_ID=${apps[0]!.clientId} SPOTIFY_CLIENT_SECRET=${apps[0]!.clientSecret}`)
  line(`  npx consonance ingest ${links[0]}`)
  line(`  curl -s '${all}' | npx consonance ingest --from -`)
  line()
  line(`Apps, by what Spotify lets them do: ${apps.map(({ clientId }) => clientId).join(', ')}`)
  line(faint('Some profiles'))
  for (const link of links) line(`  ${link}`)
}

/** What settings.json must say for the other services to be asked here. */
function printServices(addresses: ServiceSimulator['addresses'], listener: string): void {
  const settings = {
    ...Object.fromEntries(Object.entries(addresses).map(([name, address]) => [`${name}.api`, address])),
    reccobeats: 'on',
    'musicbrainz.contact': 'you@example.org',
  }
  line()
  line(strong('Other services, by settings.json in the data folder'))
  line(`  ${JSON.stringify(settings)}`)
  line(`  export LASTFM_API_KEY=${simulatedKey}`)
  line('  npx consonance enrich')
  line(`  npx consonance ingest listenbrainz:${listener} lastfm:${listener}`)
}
