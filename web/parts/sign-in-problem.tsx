import { problemOf } from '../api/problem.ts'
import { ProblemNotice } from './notice.tsx'

/** Why a sign-in did not work, for who comes back from one. */
export function SignInProblem() {
  const code = new URLSearchParams(location.search).get('sign-in-problem')
  return code === null ? null : <ProblemNotice problem={problemOf(code)} />
}
