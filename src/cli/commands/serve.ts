import { once } from 'node:events'
import type { Command } from 'commander'
import { featuresOf } from '../features-of.ts'
import { openNameReaders } from '../names.ts'
import { consonanceCommand } from '../options.ts'
import { ending, json, line, strong } from '../output.ts'
import { type ListenOptions, listenOptions, openServer } from '../serve.ts'
import { openSpotifyWay } from '../spotify.ts'
import { withWorkspace } from '../workspace.ts'

export function serveCommand(): Command {
  const command = consonanceCommand('serve').description('the page and its API, until Ctrl-C')
  for (const option of listenOptions) command.addOption(option)
  return command.action(serve)
}

async function serve(options: ListenOptions): Promise<void> {
  const { data } = options
  await withWorkspace(options, 'create', async ({ store, registry, policy, signal, elapsed }) => {
    const spotify = await openSpotifyWay(data, policy)
    const names = await openNameReaders(data, policy)
    const server = await openServer(options, {
      opened: { store, registry, close: async () => {} },
      settings: policy,
      spotify,
      names,
      fillGaps: (listener, options) => featuresOf([listener], data, { ...options, store, policy }),
      schedule: policy['refresh.schedule'],
    })
    try {
      const { url } = await server.listen()
      const address = url ?? `http://${options.host}:${options.port}/`
      if (options.json) json({ url: address })
      else {
        line(`Consonance is at ${strong(address)}`)
        if (!(await registry.promoted()))
          line('There is no model yet: run consonance train, and it is taken up at once.')
        line('Ctrl-C ends it.')
      }
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await server.close()
      await spotify?.client.gate.close()
      for (const reader of names) await reader.close()
    }
    if (!options.json) ending('Served', elapsed())
  })
}
