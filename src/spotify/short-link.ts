import { Problem } from '../taste/problem.ts'
import { type Environment, systemEnvironment } from './environment.ts'
import { exchange } from './exchange.ts'
import { shortHosts, shown } from './link.ts'

const mostHops = 5

/**
 * Follows the redirects of a short link to the long one. Only HTTPS, only Spotify's own hosts, never with a token.
 * @param url as `parseSpotifyLink` gives it for `kind: 'short'`.
 * @throws Problem when it leads elsewhere or nowhere; SpotifyError when a host can't be reached.
 */
export async function resolveShortLink(
  url: string,
  environment: Environment = systemEnvironment,
  signal?: AbortSignal,
): Promise<string> {
  const subject = `short link ${shown(url)}`
  let next = url
  for (let hop = 0; hop < mostHops; hop++) {
    const at = URL.parse(next)
    const isLong = at?.host === 'open.spotify.com' && !at.pathname.startsWith('/s/')
    if (at?.protocol !== 'https:' || !(isLong || at.host === 'open.spotify.com' || shortHosts.has(at.host))) break
    if (isLong) return at.href
    const answer = await exchange(environment, { url: at.href, subject, timeout: 10_000, signal })
    const location = answer.headers.get('location')
    if (answer.status < 300 || answer.status > 399 || location === null) break
    next = URL.parse(location, at.href)?.href ?? ''
  }
  throw new Problem(`${shown(url)} does not lead to a page on Spotify`, {
    do: 'open it in a browser and paste the long address, https://open.spotify.com/user/...',
  })
}
