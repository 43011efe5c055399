import type { JobBoard } from './board.ts'

/** Describes everybody anew. It is nobody's: only the operator sees it. */
export const refreshJob: Parameters<JobBoard['add']>[0] = {
  kind: 'refresh',
  what: 'bringing everybody up to date',
  session: '',
  client: null,
  owner: null,
  request: null,
}
