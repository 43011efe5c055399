import { texts } from '../texts/texts.ts'

/** Says that something comes, and keeps the place for it. */
export function Loading() {
  return (
    <div className="page" role="status">
      <span className="quiet">{texts.loading}</span>
    </div>
  )
}
