import { useMutation, useQueryClient } from '@tanstack/react-query'
import { changeConsent, profileQuery } from '../../api/calls.ts'
import type { Consent } from '../../api/types.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { Switch } from '../../parts/switch.tsx'
import { texts } from '../../texts/texts.ts'

const flags = ['findable', 'showName', 'showTracks', 'train'] as const
const words = texts.you

/** Who may see what; each change holds at once. */
export function Flags({ profile, consent }: { readonly profile: string; readonly consent: Consent }) {
  const client = useQueryClient()
  const { queryKey } = profileQuery(profile)
  const change = useMutation({
    mutationFn: (next: Consent) => changeConsent(profile, next),
    onSuccess: (saved) => client.setQueryData(queryKey, (known) => known && { ...known, consent: saved }),
  })
  const shown = change.isPending ? change.variables : consent
  return (
    <section>
      <h2>{words.who}</h2>
      {flags.map((flag) => (
        <Switch
          key={flag}
          {...words.flags[flag]}
          on={shown[flag]}
          disabled={change.isPending}
          onChange={(on) => change.mutate({ ...consent, [flag]: on })}
        />
      ))}
      {change.error && <ProblemNotice problem={change.error} />}
      <p role="status" className="small quiet">
        {change.isSuccess && words.saved}
      </p>
    </section>
  )
}
