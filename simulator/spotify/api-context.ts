import type { World } from '../world/world.ts'
import type { Answer } from './answer.ts'
import type { Library } from './library.ts'
import type { Renderer } from './objects.ts'
import type { PageRequest } from './page.ts'
import type { People } from './people.ts'
import type { SearchIndex } from './search.ts'
import type { Mode, Switches } from './settings.ts'
import type { Grant } from './tokens.ts'

/** What answers are made from. */
export interface ApiContent {
  readonly world: World
  readonly people: People
  readonly library: Library
  readonly search: SearchIndex
  readonly switches: Switches
}

/** A request that was let in: known app, good token, within the limits. */
export interface ApiRequest extends PageRequest, ApiContent {
  /** JSON that was sent along. */
  readonly body?: unknown
  /** Parts of the path in the places of `{...}`, decoded once. */
  readonly params: readonly string[]
  readonly grant: Grant
  readonly mode: Mode
  readonly render: Renderer
  /** Address of the API, with its version. */
  readonly base: string
}

export interface Route {
  /** Default: GET. */
  readonly method?: 'POST'
  /** Such as `/users/{id}`. */
  readonly path: string
  /** Modes in which it answers 403. */
  readonly closedTo: readonly Mode[]
  /** Needs somebody to be signed in, with this scope; empty: with any. */
  readonly scope?: string
  readonly answer: (request: ApiRequest) => Answer
}

export const everywhere: readonly Mode[] = []
export const closedToNew: readonly Mode[] = ['dev_new']
/** Kept by those who had it on 2024-11-27. */
export const closedToAllButOld: readonly Mode[] = ['extended', 'dev_legacy', 'dev_new']
