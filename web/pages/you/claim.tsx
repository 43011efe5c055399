import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { aboutQuery, checkClaim, startClaim } from '../../api/calls.ts'
import { apiUrl } from '../../api/client.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { texts } from '../../texts/texts.ts'

const words = texts.you

/** Proves that a profile which somebody else had read is one's own. */
export function Claim({ profile }: { readonly profile: string }) {
  const client = useQueryClient()
  const { data: about } = useQuery(aboutQuery)
  const start = useMutation({ mutationFn: () => startClaim(profile) })
  const check = useMutation({
    mutationFn: () => checkClaim(profile),
    onSuccess: () => client.invalidateQueries(),
  })
  return (
    <section className="section stack">
      <h2>{words.claim}</h2>
      <p className="quiet">{words.claimHelp}</p>
      {start.data && (
        <>
          <p>{words.claimSteps}</p>
          <p className="row">
            <code>{start.data.code}</code>
            <CopyButton text={start.data.code} label={words.claimCopy} done={words.claimCopied} />
          </p>
        </>
      )}
      <div className="row">
        {start.data ? (
          <button type="button" className="button primary" onClick={() => check.mutate()}>
            {words.claimCheck}
          </button>
        ) : (
          <button type="button" className="button" onClick={() => start.mutate()}>
            {words.claimStart}
          </button>
        )}
        {about?.ways.signIn.enabled && (
          <a className="button" href={apiUrl(`sign-in/spotify?back=${encodeURIComponent(`you/${profile}`)}`)}>
            {words.claimSignIn}
          </a>
        )}
      </div>
      {(check.error ?? start.error) && <ProblemNotice problem={check.error ?? start.error} />}
      <p role="status">{check.isSuccess && words.claimed}</p>
    </section>
  )
}
