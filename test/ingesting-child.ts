/**
 * Reads profiles of a simulated Spotify into a store, to be killed. STORE is a URL, or nothing for SQLite in the folder.
 *
 *     node test/ingesting-child.ts FOLDER STORE API ACCOUNTS LINK...
 */
import { defaultApp } from '../simulator/spotify/settings.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { connect } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'

const [folder = '', url = '', api = '', accounts = '', ...links] = process.argv.slice(2)
const { store, close } = await openStore(url || undefined, folder, {}, { create: true })
const endless = Number.POSITIVE_INFINITY
const client = await connect({
  credentials: defaultApp('extended_pre2024'),
  hosts: { api, accounts },
  limits: { perSecond: endless, burst: 1, concurrency: 6, perDay: endless },
})
await ingestSpotify(links, { client, store, progress: noProgress, now: () => Math.floor(Date.now() / 1000) })
await close()
