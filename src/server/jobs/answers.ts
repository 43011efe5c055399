import type { MatchQuery } from '../../matching/answer.ts'
import type { FeatureStore } from '../../store/feature-store.ts'
import type { Listener, Profile } from '../../taste/listener.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Matcher, MatcherOptions } from '../matcher/matcher.ts'
import { type AnswerView, headOfListener, headOfProfile, tasteView } from '../views/answer-view.ts'
import { pageOf } from '../views/names.ts'

/** How many matches a job shows. */
const shown = 10

export interface AnswersDeps {
  readonly store: FeatureStore
  readonly matcher: Matcher
  readonly blocks: Ledger['blocks']
}

/** Makes answers: a taste, and who comes close to it. */
export class Answers {
  readonly #deps: AnswersDeps
  /** Of jobs that run, made of what was read so far. */
  readonly #provisional = new Map<string, AnswerView>()

  constructor(deps: AnswersDeps) {
    this.#deps = deps
  }

  /** Of what was read of a profile so far; it is not stored. */
  async provisional(job: string, profile: Profile): Promise<void> {
    const { matcher } = this.#deps
    const [answer, taste] = await Promise.all([matcher.match({ profile }, shown), matcher.taste({ profile })])
    this.#provisional.set(job, { ...answer, provisional: true, you: tasteView(headOfProfile(profile), taste) })
  }

  provisionalOf(job: string): AnswerView | undefined {
    return this.#provisional.get(job)
  }

  forget(job: string): void {
    this.#provisional.delete(job)
  }

  /** Of a stored listener. @throws Problem when they can't be matched */
  async of(
    listener: Listener,
    options: MatcherOptions & { readonly k?: number; readonly you?: boolean; readonly isOwner: boolean },
  ): Promise<AnswerView> {
    const { matcher, store, blocks } = this.#deps
    const { k = shown, you = true, isOwner, hygiene, diversity } = options
    const query: MatchQuery = { listener: listener.id }
    const [answer, taste, profile] = await Promise.all([
      matcher.match(query, k, {
        ...(hygiene && { hygiene }),
        ...(diversity !== undefined && { diversity }),
        hidden: blocks.hiddenFrom(listener.key),
      }),
      you ? matcher.taste(query, hygiene) : undefined,
      you ? store.profile(listener.id, 'keep') : undefined,
    ])
    if (!taste || !profile) return { ...answer, provisional: false }
    const head = headOfListener(listener, namesFor(listener, isOwner), namedPlaylists(profile))
    return { ...answer, provisional: false, you: tasteView(head, taste) }
  }
}

/** What somebody may see of whose profile they look at: owners all, others what was agreed to. */
export function namesFor(
  { name, url, consent, provenance }: Listener,
  isOwner: boolean,
): { name?: string; url?: string } {
  if (!isOwner && !consent.showName) return {}
  return { ...(name && { name: name.value }), ...pageOf(url?.value, provenance.origin) }
}

export function namedPlaylists({ playlists }: { readonly playlists: readonly { readonly name?: string }[] }): number {
  return playlists.filter(({ name }) => name !== undefined).length
}
