import { join } from 'node:path'
import { Option } from 'commander'
import { readOperatorToken } from '../server/operator-token.ts'
import type { ConsonanceServer, ServerOptions } from '../server/server.ts'
import type { OpenStore } from '../store/open.ts'
import { type CommonOptions, wholeNumber } from './options.ts'
import type { Settings } from './settings.ts'

/** Where the application listens, and how browsers come to it. */
export interface ListenOptions extends CommonOptions {
  readonly host: string
  readonly port: number
  readonly publicUrl?: string
  readonly trustProxy?: string
  readonly logLevel: string
}

/** For every command that serves the application. */
export const listenOptions: readonly Option[] = [
  new Option('--host <address>', 'address to listen on; others than this machine need 0.0.0.0 or ::').default(
    '127.0.0.1',
  ),
  new Option('--port <n>', 'port to listen on; 0: any free one').default(4680).argParser(wholeNumber(0)),
  new Option('--public-url <url>', 'the address as browsers see it, where a proxy stands before the server'),
  new Option('--trust-proxy <addresses>', 'proxies whose X-Forwarded-For is believed, such as 127.0.0.1 or 10.0.0.0/8'),
  new Option('--log-level <level>', 'what is logged on stderr')
    .choices(['error', 'warn', 'info', 'silent'])
    .default('warn'),
]

/** The file that an operator's token is read from, unless it is in the environment. */
export function operatorFile(dataFolder: string): string {
  return join(dataFolder, 'operator-token')
}

/** Where npm's prepare builds the page to. */
const builtPage = join(import.meta.dirname, '../../web/dist')

/** A server on an open store, with what the options, the settings and the environment say. */
export async function openServer(
  { store: url, data, host, port, publicUrl, trustProxy, logLevel }: ListenOptions,
  {
    opened,
    settings,
    ...rest
  }: { readonly opened: OpenStore; readonly settings: Settings } & Pick<
    ServerOptions,
    'spotify' | 'names' | 'fillGaps' | 'samples' | 'schedule'
  >,
): Promise<ConsonanceServer> {
  // Most of what a server needs takes long to load, and whoever asks for help, or for a demo in the terminal, starts none.
  const [{ ConsonanceServer }, { pino }] = await Promise.all([import('../server/server.ts'), import('pino')])
  const matchers = settings['serve.matchers']
  return await ConsonanceServer.open({
    ...{ opened, settings, host, port, publicUrl, trustProxy, pages: builtPage },
    ...rest,
    ...(matchers !== undefined && { limits: { matchers } }),
    storePlace: { url, dataFolder: data, settings },
    operatorToken: await readOperatorToken(process.env, operatorFile(data)),
    log: pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: false })),
  })
}
