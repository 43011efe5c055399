import { Component, type ReactNode } from 'react'
import { ProblemNotice } from './notice.tsx'

interface State {
  readonly thrown?: unknown
}

/** Shows what a defect in a page leaves otherwise empty, such as a chunk that can't be loaded any more. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {}

  static getDerivedStateFromError(thrown: unknown): State {
    return { thrown }
  }

  override render() {
    if (this.state.thrown === undefined) return this.props.children
    return (
      <div className="page">
        <ProblemNotice problem={this.state.thrown} onRetry={() => location.reload()} />
      </div>
    )
  }
}
