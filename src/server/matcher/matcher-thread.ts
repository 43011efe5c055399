import { workerData } from 'node:worker_threads'
import type { Hygiene, MatchQuery } from '../../matching/answer.ts'
import { LiveMatcher } from '../../pipelines/live-matcher.ts'
import { openStore } from '../../store/open.ts'
import { serveCalls } from '../threads/serve-calls.ts'
import type { MatcherOptions } from './matcher.ts'
import type { StorePlace } from './store-place.ts'

/** The thread that answers questions about tastes, so that the server's own thread stays free. */
const { url, dataFolder, settings } = workerData as StorePlace
const { store, registry, close } = await openStore(url, dataFolder, settings, { create: false })
const live = await LiveMatcher.open({ store, registry, policy: settings })

serveCalls(
  {
    match: ([query, k, options]: [MatchQuery, number, MatcherOptions]) => live.match(query, k, options),
    pair: ([query, other, options]: [MatchQuery, string, MatcherOptions]) => live.pair(query, other, options),
    taste: ([query, hygiene]: [MatchQuery, Hygiene | undefined]) => live.taste(query, hygiene),
    state: async () => live.state(),
  },
  async () => {
    await live.close()
    await close()
  },
)
