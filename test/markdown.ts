/** A fenced block of a page. */
export interface Fence {
  /** What stands behind the opening fence, such as `sh` or `sh no-test: needs the network`. */
  readonly info: string
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** The fenced blocks of a page of Markdown (CommonMark 0.31, section 4.5), also indented ones in lists. */
export function fences(page: string): Fence[] {
  const found: Fence[] = []
  let open: { fence: string; indent: number; info: string; line: number; lines: string[] } | undefined
  page.split(/\r?\n/).forEach((line, at) => {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line) ?? []
    if (!open) {
      if (fence) open = { fence, indent: indent.length, info, line: at + 1, lines: [] }
    } else if (fence.startsWith(open.fence) && info === '') {
      found.push({ info: open.info, text: open.lines.join('\n'), line: open.line })
      open = undefined
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  })
  return found
}
