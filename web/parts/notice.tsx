import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { texts } from '../texts/texts.ts'

interface NoticeProps {
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly kind?: 'problem'
}

export function Notice({ title, children, kind }: NoticeProps) {
  return (
    <div className={kind ? `notice ${kind}` : 'notice'} role={kind ? 'alert' : undefined}>
      <strong>{title}</strong>
      {children}
    </div>
  )
}

interface ProblemNoticeProps {
  readonly problem: unknown
  readonly onRetry?: (() => void) | undefined
  readonly children?: ReactNode
}

/** What went wrong, in our words where we have some for its code, and what helps. */
export function ProblemNotice({ problem, onRetry, children }: ProblemNoticeProps) {
  const { code, detail, title } = asProblem(problem).details
  const said = texts.problems[code] ?? { title, help: '' }
  return (
    <Notice kind="problem" title={said.title}>
      {said.help && <p>{said.help}</p>}
      {detail && !detail.startsWith(said.title) && <p className="small">{detail}</p>}
      {(onRetry || children) && (
        <div className="row">
          {onRetry && (
            <button type="button" className="button slim" onClick={onRetry}>
              {texts.tryAgain}
            </button>
          )}
          {children}
        </div>
      )}
    </Notice>
  )
}
