import { BAR } from './job'

/** The similarity that a row must reach to be among the k: a float64, kept as an integer of the same order. */

// @ts-ignore: decorator
@inline
export function barOf(job: usize): f64 {
  return fromOrdered(atomic.load<i64>(job, BAR))
}

export function resetBar(job: usize): void {
  atomic.store<i64>(job, toOrdered(-Infinity), BAR)
}

/** What one thread knows to be no better than the k-th best is no better than the k-th best of all. */
export function raiseBar(job: usize, similarity: f64): void {
  const bar = toOrdered(similarity)
  for (let former = atomic.load<i64>(job, BAR); former < bar; ) {
    const seen = atomic.cmpxchg<i64>(job, former, bar, BAR)
    if (seen == former) return
    former = seen
  }
}

// @ts-ignore: decorator
@inline
function toOrdered(x: f64): i64 {
  const bits = reinterpret<i64>(x)
  return bits < 0 ? bits ^ i64.MAX_VALUE : bits
}

// @ts-ignore: decorator
@inline
function fromOrdered(bits: i64): f64 {
  return reinterpret<f64>(bits < 0 ? bits ^ i64.MAX_VALUE : bits)
}
