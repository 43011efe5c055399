import { pageSize } from './pages.ts'
import type { PlaylistInfo } from './playlist-info.ts'

/** Of what a stranger's playlist tells, compared with an own one. */
const followedShare = 0.3
/** Each further page of one playlist tells less that is new. */
const furtherPage = 0.6
/** Nobody chose each song of a playlist of this length. */
const huge = 500
const hugeShare = 0.5
/** Places in the profile after which a playlist counts half. */
const halfLife = 30

/**
 * How much the next page of a playlist is expected to tell about its listener's taste, for its one request: full pages
 * before nearly empty ones, own playlists before followed ones, recent ones and such of middle size before huge ones.
 */
export function worthOfNextPage(playlist: PlaylistInfo, pagesRead: number): number {
  const { relation, total = pageSize, place } = playlist
  const entries = Math.min(pageSize, Math.max(1, total - pagesRead * pageSize))
  const own = relation === 'own' ? 1 : followedShare
  const size = total > huge ? hugeShare : 1
  return own * size * (entries / pageSize) * furtherPage ** pagesRead * 0.5 ** (place / halfLife)
}
