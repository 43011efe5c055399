/** Reads profiles of a simulated Spotify into a store, to be killed: `ingesting-child.ts FOLDER API ACCOUNTS LINK...`. */
import { defaultApp } from '../simulator/spotify/settings.ts'
import { ingestSpotify } from '../src/pipelines/ingest-spotify.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import { connect } from '../src/spotify/index.ts'
import { openStore } from '../src/store/open.ts'

const [folder = '', api = '', accounts = '', ...links] = process.argv.slice(2)
const { store, close } = await openStore(undefined, folder, {}, { create: true })
const endless = Number.POSITIVE_INFINITY
const client = await connect({
  credentials: defaultApp('extended_pre2024'),
  hosts: { api, accounts },
  limits: { perSecond: endless, burst: 1, concurrency: 6, perDay: endless },
})
await ingestSpotify(links, { client, store, progress: noProgress, now: () => Math.floor(Date.now() / 1000) })
await close()
