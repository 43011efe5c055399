import { type Environment, parseProfileLink, parseSpotifyLink, resolveShortLink } from '../../spotify/index.ts'
import { Problem } from '../../taste/problem.ts'

/** A text that names a profile, or the reason why it doesn't. */
export type NamedProfile =
  | { readonly link: string; readonly id: string }
  | { readonly link: string; readonly refused: string }

/**
 * The profiles that links, URIs and bare ids name, each person once, in the order in which they first came. Short links
 * are followed to where they lead.
 * @throws what `signal` was aborted with.
 */
export async function nameProfiles(
  links: readonly string[],
  environment?: Environment,
  signal?: AbortSignal,
): Promise<readonly NamedProfile[]> {
  const found = new Map<string, NamedProfile>()
  for (const link of links) {
    signal?.throwIfAborted()
    try {
      const id = await idOf(link, environment, signal)
      if (!found.has(`id ${id}`)) found.set(`id ${id}`, { link, id })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (!found.has(`refused ${link}`)) found.set(`refused ${link}`, { link, refused: error.message })
    }
  }
  return [...found.values()]
}

async function idOf(link: string, environment?: Environment, signal?: AbortSignal): Promise<string> {
  const parsed = parseSpotifyLink(link)
  const long = parsed.kind === 'short' ? await resolveShortLink(parsed.url, environment, signal) : link
  return parseProfileLink(long).id
}
