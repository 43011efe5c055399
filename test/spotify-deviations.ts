/** One way in which the simulated Spotify differs on purpose from the published description of its API. */
interface Deviation {
  /** Is tried on lines such as `GET /playlists/{playlist_id} 200 /images: type`; list positions are `*`. */
  readonly at: RegExp
  readonly why: string
}

/**
 * Whether an entry of a playlist is no track or episode as described: a local file, which has neither ids nor addresses,
 * or one of the malformed items that occur in the wild. These are the one deviation that is not told field by field.
 */
export function isBeyondDescription(entry: unknown): boolean {
  const { is_local: isLocal, item, track } = (entry ?? {}) as Record<string, unknown>
  const held = (item ?? track) as { readonly album?: { readonly type?: unknown } } | null | undefined
  return isLocal === true || held?.album?.type === 'show'
}

/** All other intended deviations. Each must occur, and nothing else may. */
export const deviations: readonly Deviation[] = [
  {
    at: /available_markets: required$/,
    why: 'New development apps no longer get it (migration guide, February 2026); the description still requires it.',
  },
  {
    at: /(?:item|track): type$/,
    why: 'Null for what was removed or is hidden where the request comes from.',
  },
  {
    at: /added_(?:at|by): type$/,
    why: 'Null in very old playlists, as the description says in words only.',
  },
  { at: /images: type$/, why: 'Null has been seen for playlists without a picture.' },
  {
    at: /playlists 200 \/items\/\*: type$/,
    why: 'Null in the place of playlists of Spotify itself, which development apps do not see.',
  },
  { at: /description: type$/, why: 'Null where there is none; the description allows it for a playlist alone only.' },
  { at: /: undeclared (?:primary_color|video_thumbnail)$/, why: 'Sent all the time, never described.' },
  { at: /: undeclared followers$/, why: 'Still sent with a playlist alone, no longer described.' },
  { at: /429 \/error: undeclared reason$/, why: 'New in July 2026, after the description that we have.' },
  { at: /403 : not JSON$/, why: 'Who is not registered for an app is told so in plain text.' },
  { at: /(?:tracks|artists|audio_features)\/\*: type$/, why: 'Null for an id that nothing has, in its place.' },
  { at: /\/(?:context|cursors): type$/, why: 'Null when there is none.' },
  { at: /\/(?:next|after): type$/, why: 'Null on the last page of a list with cursors, too.' },
  { at: /\/display_name: type$/, why: 'Null for people who show no name.' },
]
