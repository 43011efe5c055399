import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { blocksQuery, unblockMatch } from '../../api/calls.ts'
import { day } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.you

/** Whom somebody blocked, and the way back. */
export function Blocked({ profile }: { readonly profile: string }) {
  const client = useQueryClient()
  const { data: blocks } = useQuery(blocksQuery(profile))
  const unblock = useMutation({
    mutationFn: (match: string) => unblockMatch(profile, match),
    onSuccess: () => client.invalidateQueries({ queryKey: ['profile', profile] }),
  })
  if (!blocks) return null
  return (
    <section className="section">
      <h2>{words.blocked}</h2>
      {blocks.length === 0 && <p className="quiet">{words.noBlocked}</p>}
      <ul className="stack">
        {blocks.map(({ listener, name, since }) => (
          <li key={listener} className="row">
            {name} <span className="small quiet">{day(since)}</span>
            <button
              type="button"
              className="button slim"
              aria-label={words.unblock(name)}
              onClick={() => unblock.mutate(listener)}
            >
              {words.unblockIt}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
