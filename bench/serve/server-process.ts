/**
 * The server of `npm run bench -- serve`, in a process of its own. Prints where it is, and answers each line on its standard
 * input with its memory and the processor time that it has used: `{"rss": bytes, "cpu": seconds}`.
 *
 *     node bench/serve/server-process.ts FOLDER
 */
import { createInterface } from 'node:readline'
import pino from 'pino'
import { defaultApp } from '../../simulator/spotify/settings.ts'
import { simulatorLimits, spotifyWay } from '../../src/cli/spotify.ts'
import { ConsonanceServer } from '../../src/server/server.ts'
import { connect, Secrets, systemEnvironment } from '../../src/spotify/index.ts'
import { openStore } from '../../src/store/open.ts'

const [data, simulator] = process.argv.slice(2) as [string, string]
const opened = await openStore(undefined, data, {}, { create: false })
const hosts = JSON.parse(simulator)
const endpoint = {
  credentials: defaultApp('extended_pre2024'),
  hosts,
  secrets: new Secrets(),
  environment: systemEnvironment,
}
const unlimited = 1_000_000
const server = await ConsonanceServer.open({
  ...{ opened, settings: {}, host: '127.0.0.1', port: 0, pages: '' },
  storePlace: { url: undefined, dataFolder: data, settings: {} },
  spotify: spotifyWay(endpoint, await connect({ ...endpoint, limits: simulatorLimits })),
  // One client stands for all here.
  limits: {
    requestsPerMinute: unlimited,
    jobsPerMinute: unlimited,
    activeJobs: unlimited,
    allActiveJobs: unlimited,
    streams: unlimited,
  },
  log: pino({ level: 'silent' }),
})
const { url } = await server.listen()
await server.ready(new AbortController().signal)
// Something to follow that does not end by itself.
void server
  .work(
    'demo',
    'nothing',
    ({ signal }) => new Promise((_, end) => signal.addEventListener('abort', () => end(signal.reason))),
  )
  .catch(() => {})
console.log(JSON.stringify({ url }))
createInterface({ input: process.stdin })
  .on('line', () => {
    const { user, system } = process.cpuUsage()
    console.log(JSON.stringify({ rss: process.memoryUsage().rss, cpu: (user + system) / 1e6 }))
  })
  .on('close', async () => {
    await server.close()
    await opened.close()
    process.exit()
  })
