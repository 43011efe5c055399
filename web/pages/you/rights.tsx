import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { eraseProfile, startJob } from '../../api/calls.ts'
import { apiUrl } from '../../api/client.ts'
import type { Profile } from '../../api/types.ts'
import { Notice, ProblemNotice } from '../../parts/notice.tsx'
import { ownerKeyOf } from '../../parts/owner-keys.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { texts } from '../../texts/texts.ts'

const words = texts.you

/** Read again, take it away, erase it. */
export function Rights({ profile: { key, role, readAgain } }: { readonly profile: Profile }) {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [asking, setAsking] = useState(false)
  const again = useMutation({
    mutationFn: () => startJob({ from: 'profile', profile: key }),
    onSuccess: ({ job }) => navigate(`/jobs/${job.id}`),
  })
  const owner = ownerKeyOf(key)
  const erase = useMutation({
    mutationFn: () => eraseProfile(key),
    onSuccess: () => setAsking(false),
  })
  const leave = () => {
    client.removeQueries({ queryKey: ['profile', key] })
    client.resetQueries({ queryKey: ['session'] })
    navigate('/')
  }
  if (erase.isSuccess)
    return (
      <section className="section" role="status">
        <Notice title={words.erased}>
          <div className="row">
            <button type="button" className="button slim" onClick={leave}>
              {texts.notFound.home}
            </button>
          </div>
        </Notice>
      </section>
    )
  return (
    <section className="section stack">
      <h2>{words.rights}</h2>
      <div className="row">
        {readAgain && (
          <button type="button" className="button" onClick={() => again.mutate()}>
            {words.again}
          </button>
        )}
        {role === 'owner' && (
          <>
            <a className="button" href={apiUrl(`profiles/${key}/export`)} download>
              {words.export}
            </a>
            <button type="button" className="button danger" onClick={() => setAsking(true)}>
              {words.erase}
            </button>
          </>
        )}
      </div>
      {owner !== undefined && (
        <div>
          <p className="small quiet">{words.ownerKey}</p>
          <code>{owner}</code>
        </div>
      )}
      {again.error && <ProblemNotice problem={again.error} />}
      <Sheet title={words.eraseSure} open={asking} onClose={() => setAsking(false)} question>
        <p>{words.eraseMeans}</p>
        {erase.error && <ProblemNotice problem={erase.error} />}
        <div className="row">
          <button type="button" className="button danger" onClick={() => erase.mutate()}>
            {words.eraseYes}
          </button>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {texts.cancel}
          </button>
        </div>
      </Sheet>
    </section>
  )
}
