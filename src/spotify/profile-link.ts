import { Problem } from '../taste/problem.ts'
import { parseSpotifyLink, shown } from './link.ts'

/** A person on Spotify. */
export interface ProfileLink {
  /** Opaque and case-sensitive: any characters but control characters and slashes, at most 128. */
  readonly id: string
  /** `https://open.spotify.com/user/<id>`, percent-encoded. */
  readonly url: string
  /** `spotify:user:<id>`, percent-encoded. */
  readonly uri: string
}

/** The link of the profile with this id, in its canonical forms. */
export function profileLink(id: string): ProfileLink {
  // An apostrophe at the end would be taken for a quotation mark around the link.
  const encoded = encodeURIComponent(id).replaceAll("'", '%27')
  return { id, url: `https://open.spotify.com/user/${encoded}`, uri: `spotify:user:${encoded}` }
}

/**
 * Reads a link to a profile, a `spotify:user:` URI or a bare user id. A playlist's link in the old form, which names its
 * owner, stands for the owner's profile.
 * @throws Problem for whatever is not a profile; each kind of mistake has its own message.
 * @example parseProfileLink('open.spotify.com/intl-de/user/j%C3%B6rg?si=4f').id // 'jörg'
 */
export function parseProfileLink(text: string): ProfileLink {
  const link = parseSpotifyLink(text)
  switch (link.kind) {
    case 'user':
      return profileLink(link.id)
    case 'playlist':
      if (link.owner !== undefined) return profileLink(link.owner)
      throw new Problem(`${shown(text)} is a playlist, not a profile`, {
        do: "open the playlist, tap its owner's name, choose Share, and paste the link of the profile",
      })
    case 'other':
      throw new Problem(`${shown(text)} is ${article(link.what)}, not a profile`, {
        do: 'paste the link of a person: https://open.spotify.com/user/...',
      })
    case 'short':
      throw new Problem(`${shown(text)} is a short link, which doesn't say where it leads`, {
        do: 'open it in a browser and paste the long address, https://open.spotify.com/user/...',
      })
    case 'ambiguous':
      throw new Problem(`"${link.id}" can be the id of a user or of a playlist, track or artist`, {
        do: `write spotify:user:${link.id} if it is a user`,
      })
  }
}

function article(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`
}

/** The id of a playlist's link or URI, or a bare 22-character id. @throws Problem for whatever is not a playlist. */
export function parsePlaylistLink(text: string): { readonly id: string } {
  const link = parseSpotifyLink(text)
  if (link.kind === 'playlist' || link.kind === 'ambiguous') return { id: link.id }
  throw new Problem(`${shown(text)} is not a playlist`, {
    do: 'paste a link like https://open.spotify.com/playlist/...',
  })
}
