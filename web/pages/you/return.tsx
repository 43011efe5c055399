import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { returnToProfile } from '../../api/calls.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { texts } from '../../texts/texts.ts'

/** The way back to a profile from another browser, with the key that was told when it was brought. */
export function Return() {
  const client = useQueryClient()
  const [owner, setOwner] = useState('')
  const come = useMutation({ mutationFn: returnToProfile, onSuccess: () => client.invalidateQueries() })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (owner.trim() !== '') come.mutate(owner.trim())
  }
  return (
    <details>
      <summary>{texts.you.return}</summary>
      <form className="stack return" onSubmit={submit}>
        <label className="field">
          <span>{texts.you.returnKey}</span>
          <input
            className="input"
            value={owner}
            onChange={(event) => setOwner(event.target.value)}
            autoComplete="off"
          />
        </label>
        {come.error && <ProblemNotice problem={come.error} />}
        <p>
          <button type="submit" className="button">
            {texts.you.returnGo}
          </button>
        </p>
      </form>
    </details>
  )
}
