import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { blockMatch, profileQuery, reportMatch } from '../../api/calls.ts'
import type { ReportRequest } from '../../api/types.ts'
import { Notice, ProblemNotice } from '../../parts/notice.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { texts } from '../../texts/texts.ts'

const words = texts.pair
const reasons = Object.keys(words.reasons) as (keyof typeof words.reasons)[]

interface TroubleProps {
  readonly profile: string
  readonly match: string
  readonly name: string
}

/** The ways out of a match that one doesn't want: block and report. */
export function Trouble({ profile, match, name }: TroubleProps) {
  const client = useQueryClient()
  const { data: own } = useQuery(profileQuery(profile))
  // Whoever merely named a profile doesn't decide whom it shows up to.
  const mayBlock = own?.role === 'owner'
  const [asked, setAsked] = useState<'block' | 'report'>()
  const [done, setDone] = useState<'block' | 'report'>()
  const act = useMutation({
    mutationFn: (report: ReportRequest | undefined) =>
      report ? reportMatch(profile, match, report) : blockMatch(profile, match),
    onSuccess: (_, report) => {
      setAsked(undefined)
      setDone(report ? 'report' : 'block')
      client.invalidateQueries({ queryKey: ['profile', profile, 'matches'] })
    },
  })
  if (done)
    return (
      <div className="section" role="status">
        <Notice title={done === 'block' ? words.blocked(name) : words.reportSent} />
      </div>
    )
  const close = () => setAsked(undefined)
  return (
    <div className="section row">
      {mayBlock && (
        <button type="button" className="button plain slim" onClick={() => setAsked('block')}>
          {words.block}
        </button>
      )}
      <button type="button" className="button plain slim" onClick={() => setAsked('report')}>
        {words.report}
      </button>
      <Sheet title={words.blockSure(name)} open={asked === 'block'} onClose={close} question>
        <p>{words.blockMeans}</p>
        {act.error && <ProblemNotice problem={act.error} />}
        <div className="row">
          <button type="button" className="button danger" onClick={() => act.mutate(undefined)}>
            {words.block}
          </button>
          <button type="button" className="button" onClick={close}>
            {texts.cancel}
          </button>
        </div>
      </Sheet>
      <Sheet title={words.reportTitle(name)} open={asked === 'report'} onClose={close}>
        <ReportForm mayBlock={mayBlock} onSend={act.mutate} onCancel={close} problem={act.error} />
      </Sheet>
    </div>
  )
}

interface ReportFormProps {
  readonly mayBlock: boolean
  readonly onSend: (report: ReportRequest) => void
  readonly onCancel: () => void
  readonly problem: unknown
}

function ReportForm({ mayBlock, onSend, onCancel, problem }: ReportFormProps) {
  const [reason, setReason] = useState<ReportRequest['reason']>('name')
  const [text, setText] = useState('')
  const [block, setBlock] = useState(true)
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    onSend({ reason, block: mayBlock && block, ...(text.trim() !== '' && { text: text.trim() }) })
  }
  return (
    <form className="stack" onSubmit={send}>
      <fieldset>
        <legend>{words.reportReason}</legend>
        {reasons.map((each) => (
          <label key={each} className="choice">
            <input type="radio" name="reason" checked={reason === each} onChange={() => setReason(each)} />
            {words.reasons[each]}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{words.reportText}</span>
        <textarea className="input" rows={3} maxLength={2000} value={text} onChange={(e) => setText(e.target.value)} />
      </label>
      {mayBlock && (
        <label className="choice">
          <input type="checkbox" checked={block} onChange={(event) => setBlock(event.target.checked)} />
          {words.reportBlock}
        </label>
      )}
      {problem != null && <ProblemNotice problem={problem} />}
      <div className="row">
        <button type="submit" className="button primary">
          {words.reportSend}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {texts.cancel}
        </button>
      </div>
    </form>
  )
}
