import { isListenerId, type ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import { readTextLines } from './json-lines.ts'

/**
 * Reads a list of listeners to leave out: one id a line, empty lines aside.
 * @throws Problem when the file can't be read, or a line is no listener's id: leaving it out silently would train on
 * somebody who must not be trained on.
 */
export async function readExclusions(path: string): Promise<ReadonlySet<ListenerId>> {
  const excluded = new Set<ListenerId>()
  for await (const { line, text } of readTextLines(path)) {
    const id = text?.trim()
    if (id === '') continue
    if (id === undefined || !isListenerId(id))
      throw new Problem(`"${path}", line ${line}: "${id?.slice(0, 40) ?? '...'}" is not a listener's id`, {
        do: 'give one source:id a line, as "consonance halves" writes them',
      })
    excluded.add(id)
  }
  return excluded
}
