import type { Corpus } from '../features/corpus.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import type { Columns } from './measure-halves.ts'
import { areaUnderCurve, assertFinite, expectedRank, expectedRankOfFirst } from './metrics.ts'
import type { Scorer } from './scorer.ts'

/** The task of finding a listener's friends among all other listeners. */
export interface FriendsTask {
  /** Whole profiles of everybody. */
  readonly profiles: Corpus
  /** Who is asked for: rows of `profiles`, and the rows of their friends, at least one and never their own. */
  readonly queries: readonly { readonly row: number; readonly friends: readonly number[] }[]
}

/**
 * @param friendsOf who is asked for, with their friends; those who are not among the profiles are left out, and so is
 * who has no friend then
 */
export function friendsTask(profiles: Corpus, friendsOf: ReadonlyMap<ListenerId, readonly ListenerId[]>): FriendsTask {
  const rowOf = new Map(profiles.listeners.map((listener, row) => [listener, row]))
  const queries = [...rowOf].map(([listener, row]) => {
    const rows = new Set((friendsOf.get(listener) ?? []).map((friend) => rowOf.get(friend)))
    return { row, friends: [...rows].filter((friend) => friend !== undefined && friend !== row) as number[] }
  })
  return { profiles, queries: queries.filter(({ friends }) => friends.length > 0) }
}

/** How many places a friend may stand at to be found. */
const places = 10

/** Ranks all other listeners for each query listener by one score. */
export function measureFriends({ profiles, queries }: FriendsTask, scorer: Scorer): Columns {
  const candidates = profiles.listeners.length
  const recall = new Float64Array(queries.length)
  const mrr = new Float64Array(queries.length)
  const auc = new Float64Array(queries.length)
  const scores = new Float32Array(candidates)
  const score = scorer.prepare(profiles, profiles)
  const others = new Uint8Array(candidates).fill(1)
  const wanted = new Uint8Array(candidates)
  for (const [q, { row, friends }] of queries.entries()) {
    score(row, scores)
    assertFinite(scores, scorer.name)
    others[row] = 0
    for (const friend of friends) wanted[friend] = 1
    const found = friends.filter((friend) => expectedRank(scores, friend, others) <= places)
    recall[q] = found.length / friends.length
    mrr[q] = 1 / expectedRankOfFirst(scores, wanted, others)
    auc[q] = areaUnderCurve(scores, wanted, others)
    for (const friend of friends) wanted[friend] = 0
    others[row] = 1
  }
  return new Map([
    ['recall10', recall],
    ['mrr', mrr],
    ['auc', auc],
  ])
}
