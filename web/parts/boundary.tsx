import { Component, type ReactNode } from 'react'
import { base } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'

interface BoundaryProps {
  /** A failure on one page is none on another. */
  readonly place: string
  readonly children: ReactNode
}

interface State {
  readonly thrown?: unknown
  readonly place?: string
}

/** Milliseconds between two attempts to reach the server, and at least between two reloads. */
const pause = 1_000
const leastBetweenReloads = 10_000
const reloadedAt = 'reloaded-at'

/**
 * Shows what a defect in a page leaves otherwise empty. Where a part of the page could not be fetched, as while the server
 * restarts or after a newer page was published, the page is loaded again as soon as the server answers: all that it
 * needs is in its address.
 */
export class Boundary extends Component<BoundaryProps, State> {
  override state: State = {}
  #timer: ReturnType<typeof setTimeout> | undefined

  static getDerivedStateFromError(thrown: unknown): State {
    return { thrown }
  }

  static getDerivedStateFromProps({ place }: BoundaryProps, state: State): State | null {
    return state.place === place ? null : { place, thrown: undefined }
  }

  override componentDidCatch(thrown: unknown): void {
    if (isFetchFailure(thrown)) this.#reloadWhenReachable()
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer)
  }

  override render() {
    const { thrown } = this.state
    if (thrown === undefined) return this.props.children
    const problem = isFetchFailure(thrown) ? problemOf('unreachable') : thrown
    return (
      <div className="page">
        <ProblemNotice problem={problem} onRetry={() => location.reload()} />
      </div>
    )
  }

  async #reloadWhenReachable(): Promise<void> {
    const recently = Date.now() - Number(sessionStorage.getItem(reloadedAt)) < leastBetweenReloads
    const answer = recently ? undefined : await fetch(base, { cache: 'no-store' }).catch(() => undefined)
    if (answer?.ok) {
      sessionStorage.setItem(reloadedAt, String(Date.now()))
      location.reload()
    } else this.#timer = setTimeout(() => this.#reloadWhenReachable(), pause)
  }
}

/** As the browsers and Vite word it. */
function isFetchFailure(thrown: unknown): boolean {
  return thrown instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(thrown.message)
}
