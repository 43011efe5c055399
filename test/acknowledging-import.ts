/**
 * The child of `kill.test.ts`: imports paths into a data folder. Writes `started` on stdout, then the id of each listener
 * as soon as the store has acknowledged their profile.
 *
 *     node test/acknowledging-import.ts DATA PATH...
 */
import { writeSync } from 'node:fs'
import { ingest } from '../src/pipelines/ingest.ts'
import { noProgress } from '../src/pipelines/progress.ts'
import type { PutOutcome } from '../src/store/feature-store.ts'
import type { Profile } from '../src/taste/listener.ts'
import { withStore } from './store-content.ts'

/** Far smaller than an import's batches, so that there are many moments to be killed at. */
const profilesACall = 1

const [data, ...paths] = process.argv.slice(2)
if (!data) throw new Error('acknowledging-import: DATA PATH...')

writeSync(1, 'started\n')
await withStore(data, async (store) => {
  async function putProfiles(profiles: readonly Profile[]) {
    const outcomes: PutOutcome[] = []
    for (let start = 0; start < profiles.length; start += profilesACall) {
      const part = profiles.slice(start, start + profilesACall)
      outcomes.push(...(await store.putProfiles(part)))
      writeSync(1, part.map(({ id }) => `${id}\n`).join(''))
    }
    return outcomes
  }
  const acknowledging = {
    putProfiles,
    putFriends: store.putFriends.bind(store),
    putArtistGenres: store.putArtistGenres.bind(store),
    putTrackAudio: store.putTrackAudio.bind(store),
    putTrackAliases: store.putTrackAliases.bind(store),
    resolve: store.resolve.bind(store),
    artists: store.artists.bind(store),
    listener: store.listener.bind(store),
  }
  await ingest(paths, { store: acknowledging, progress: noProgress, now: Date.now() / 1000 })
})
