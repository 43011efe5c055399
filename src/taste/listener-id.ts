import { Problem } from './problem.ts'

/** `source:id`, such as `lastfm-2k:2` or `spotify:smedjan`. The source is lower case; the id is opaque. */
export type ListenerId = string

const pattern = /^(?<source>[a-z0-9][a-z0-9-]*):(?<id>[^\p{Cc}]{1,256})$/u

/**
 * Takes a listener's id apart.
 * @throws Problem when the text is not `source:id`.
 */
export function parseListenerId(text: string): { source: string; id: string } {
  const parts = pattern.exec(text)?.groups
  if (!parts)
    throw new Problem(`"${text.slice(0, 80)}" is not a listener id`, { do: 'write source:id, as in lastfm-2k:2' })
  return { source: parts.source as string, id: parts.id as string }
}

export function isListenerId(text: string): boolean {
  return pattern.test(text)
}
