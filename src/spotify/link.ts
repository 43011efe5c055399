import { Problem } from '../taste/problem.ts'

/** What a text that somebody pasted points at. */
export type SpotifyLink =
  | { readonly kind: 'user'; readonly id: string }
  /** `owner` is known for links of the old form, `/user/<owner>/playlist/<id>`. */
  | { readonly kind: 'playlist'; readonly id: string; readonly owner?: string }
  /** A track, album, artist ... */
  | { readonly kind: 'other'; readonly what: string }
  /** Opaque until its redirects are followed: `resolveShortLink`. */
  | { readonly kind: 'short'; readonly url: string }
  /** 22 characters of base 62 without context: a user's id can look like a playlist's. */
  | { readonly kind: 'ambiguous'; readonly id: string }

const pages = new Set(['open.spotify.com', 'play.spotify.com', 'embed.spotify.com', 'www.spotify.com', 'spotify.com'])
/** Hosts whose links say nothing before their redirects are followed. */
export const shortHosts: ReadonlySet<string> = new Set(['spotify.link', 'spotify.app.link', 'link.tospotify.com'])
const others = new Set(['track', 'album', 'artist', 'show', 'episode', 'audiobook', 'chapter', 'genre', 'concert'])
const longestId = 128
const catalogueId = /^[0-9A-Za-z]{22}$/
/** Zero-width characters and direction marks, which copying from chats and pages leaves behind. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
const quotes = /^[<>"'`“”‘’«»\s]+|[<>"'`“”‘’«»\s]+$/g

/** Whether the text has the form of an id of a playlist, track, artist or album (22 characters of base 62). */
export function isCatalogueId(text: string): boolean {
  return catalogueId.test(text)
}

/**
 * Reads a Spotify link, URI or bare user id in any form that people paste: with or without scheme, language prefix,
 * `embed`, query, fragment, and the endings that the apps add. An id is percent-decoded exactly once; `+` stays `+`.
 * @throws Problem for anything else, with a message for each kind of mistake.
 */
export function parseSpotifyLink(text: string): SpotifyLink {
  const clean = text.replace(invisible, '').replace(quotes, '')
  if (clean === '') throw unreadable(text, 'there is no link')
  const uri = /^spotify:(?:\/\/)?(?<rest>.*)$/is.exec(clean)?.groups
  if (uri) return fromUri(text, uri.rest!)
  const url = /^(?:(?<scheme>[a-z][a-z0-9+.-]*):\/\/)?(?<host>[^/?#]*)(?<path>\/[^?#]*)?(?<query>\?[^#]*)?/is.exec(
    clean,
  )!
  const { scheme, host = '', path, query } = url.groups!
  if (scheme === undefined && path === undefined && query === undefined && !isSpotifyHost(host))
    return fromBareId(text, clean)
  if (scheme !== undefined && !/^https?$/i.test(scheme)) throw unreadable(text, `${scheme}:// is not a web address`)
  return fromUrl(text, host.toLowerCase(), path ?? '', query ?? '')
}

function isSpotifyHost(host: string): boolean {
  return pages.has(host.toLowerCase()) || shortHosts.has(host.toLowerCase())
}

function fromUrl(text: string, host: string, path: string, query: string): SpotifyLink {
  if (shortHosts.has(host)) return { kind: 'short', url: `https://${host}${path}` }
  if (!pages.has(host)) {
    if (!host.includes('.')) throw unreadable(text, 'it is neither a link nor an id')
    throw new Problem(`${shown(text)} is on ${shown(host)}, not on Spotify`, {
      do: 'paste a link that starts with https://open.spotify.com/user/',
    })
  }
  const embedded = /[?&]uri=(?<uri>[^&]*)/.exec(query)?.groups?.uri
  if (host === 'embed.spotify.com' && embedded) return parseSpotifyLink(decoded(text, embedded))
  const parts = path.split('/').slice(1)
  while (parts.length > 1 && /^(?:embed|embed-legacy|intl-[a-z]{2,3}(?:-[a-z0-9]{2,4})?)$/i.test(parts[0]!))
    parts.shift()
  if (parts[0] === 's' && parts[1]) return { kind: 'short', url: `https://open.spotify.com/s/${parts[1]}` }
  return fromParts(text, parts)
}

function fromUri(text: string, rest: string): SpotifyLink {
  // No fragment: an old id may hold a "#".
  const bare = rest.replace(/\?.*$/s, '')
  return fromParts(text, bare.split(bare.includes(':') ? ':' : '/'))
}

function fromParts(text: string, parts: readonly string[]): SpotifyLink {
  const [type = '', id = '', below = '', belowId = ''] = parts
  const kind = type.toLowerCase()
  if (kind === 'user') {
    const owner = userId(text, id)
    if (/^playlists?$/i.test(below) && belowId !== '') return { kind: 'playlist', id: playlistId(text, belowId), owner }
    return { kind: 'user', id: owner }
  }
  if (kind === 'playlist') return { kind: 'playlist', id: playlistId(text, id) }
  if (others.has(kind)) return { kind: 'other', what: kind }
  throw unreadable(text, 'it is a Spotify address, but not of a profile')
}

function fromBareId(text: string, clean: string): SpotifyLink {
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(clean))
    throw new Problem(`${shown(text)} is an e-mail address, which is not a Spotify id`, { do: howToFind })
  if (/\s/.test(clean))
    throw new Problem(`${shown(text)} has spaces: it looks like a name, and Spotify finds people by id only`, {
      do: howToFind,
    })
  if (/^(?:https?|spotify):?$/i.test(clean)) throw unreadable(text, 'the link is cut off')
  if (isCatalogueId(clean)) return { kind: 'ambiguous', id: clean }
  return { kind: 'user', id: userId(text, clean) }
}

function userId(text: string, part: string): string {
  const id = decoded(text, part)
  if (id === '') throw unreadable(text, 'the id after "user" is missing')
  // "." and ".." would be taken for folders in a path; a lone half of a surrogate pair can't be sent at all.
  if (id === '.' || id === '..' || /[\p{Cc}/\\]/u.test(id) || !id.isWellFormed())
    throw unreadable(text, 'its id has characters that no Spotify id has')
  if (id.length > longestId) throw unreadable(text, `its id is longer than ${longestId} characters`)
  return id
}

function playlistId(text: string, part: string): string {
  const id = decoded(text, part)
  if (!isCatalogueId(id)) throw unreadable(text, 'the id of a playlist has 22 letters and digits')
  return id
}

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unreadable(text, 'it has a broken %-escape')
  }
}

const howToFind = 'open the profile in Spotify, choose Share, then "Copy link to profile", and paste that'

function unreadable(text: string, why: string): Problem {
  return new Problem(`${shown(text)} can't be read as a Spotify profile: ${why}`, { do: howToFind })
}

/** The text as an error may quote it: short, and without characters that act on a terminal. */
export function shown(text: string): string {
  const printable = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�')
  return `"${printable.length > 80 ? `${printable.slice(0, 79).toWellFormed()}…` : printable}"`
}
