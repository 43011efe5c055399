import { QueryClient } from '@tanstack/react-query'
import { asProblem } from './problem.ts'

/** Asks again only where no answer came: what the API refuses it would refuse again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, thrown) => failures < 5 && asProblem(thrown).details.code === 'unreachable',
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
        refetchOnWindowFocus: false,
        networkMode: 'always', // the server may well be on this machine
      },
      mutations: { networkMode: 'always' },
    },
  })
}
