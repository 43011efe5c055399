import { workerData } from 'node:worker_threads'
import type { Hygiene, MatchQuery } from '../../matching/answer.ts'
import { LiveMatcher } from '../../pipelines/live-matcher.ts'
import { openStore } from '../../store/open.ts'
import { serveCalls } from '../threads/serve-calls.ts'
import { answerSummary } from '../views/answer-view.ts'
import type { MatcherOptions, MatcherState } from './matcher.ts'
import type { StorePlace } from './store-place.ts'

/** The thread that answers questions about tastes, so that the server's own thread stays free. */
const { url, dataFolder, settings } = workerData as StorePlace
const { store, registry, nearest, close } = await openStore(url, dataFolder, settings, { create: false })
const live = await LiveMatcher.open({ store, registry, policy: settings, ...(nearest && { nearest }) })

async function state(): Promise<MatcherState> {
  // A model that was promoted meanwhile is brought up without anybody waiting for it.
  void live.sync().catch(() => {})
  const { model = null, candidates, upToChange, bytes, behind, problem } = live.state()
  const last = (await store.refreshes()).at(-1)
  return {
    ...{ model, listeners: candidates, upToChange, bytes, behind },
    ...(last && { refreshedAt: last.at }),
    ...(problem !== undefined && { problem }),
  }
}

/** Who must not be shown takes nobody's place. What is not shown stays in this thread. */
async function match([query, k, { hidden = [], ...options }]: [MatchQuery, number, MatcherOptions]) {
  const answer = await live.match(query, k + hidden.length, options)
  if (hidden.length === 0) return answerSummary(answer)
  const shown = answer.matches.filter(({ listener }) => !hidden.includes(listener.key)).slice(0, k)
  return answerSummary({ ...answer, matches: shown.map((match, at) => ({ ...match, rank: at + 1 })) })
}

serveCalls(
  {
    match,
    pair: ([query, other, options]: [MatchQuery, string, MatcherOptions]) => live.pair(query, other, options),
    taste: ([query, hygiene]: [MatchQuery, Hygiene | undefined]) => live.taste(query, hygiene),
    state,
  },
  async () => {
    await live.close()
    await close()
  },
)
