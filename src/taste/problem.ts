/**
 * An error that its reader can act on: one line that says what was wrong, with which input, and what to do.
 * Everything else that is thrown is a defect of ours and is shown with `--verbose` as a stack trace.
 *
 * @example throw new Problem('import: "x.zip" is empty', { do: 'check that the download finished' })
 */
export class Problem extends Error {
  /** 1: the work failed; 2: the command was used wrongly. */
  readonly exitCode: 1 | 2

  constructor(what: string, options: { do?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(options.do ? `${what}; ${options.do}` : what, { cause: options.cause })
    this.name = 'Problem'
    this.exitCode = options.exitCode ?? 1
  }
}
