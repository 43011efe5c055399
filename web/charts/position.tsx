interface PositionProps {
  /** Share of everybody to the left. */
  readonly at: number
  readonly left: string
  readonly right: string
}

/** Where somebody stands among all. */
export default function Position({ at, left, right }: PositionProps) {
  return (
    <div className="position">
      <span className="lane">
        <span className="dot" style={{ left: `${100 * at}%` }} />
      </span>
      <span>{left}</span>
      <span>{right}</span>
    </div>
  )
}
