import { artistGenres } from './catalogue/artist-genres.ts'
import { trackAliases } from './catalogue/track-aliases.ts'
import { trackFeatures } from './catalogue/track-features.ts'
import { lastfm2k } from './lastfm-2k/lastfm-2k.ts'
import { listenbrainzDump } from './listenbrainz/dump.ts'
import { millionPlaylist } from './million-playlist/million-playlist.ts'
import { profiles } from './profiles/profiles.ts'
import type { Source } from './source.ts'

/**
 * Every source, in the order in which an import reads them: listeners first; of the tables those that others refer to
 * before the others.
 */
export const sources: readonly Source[] = [
  lastfm2k,
  millionPlaylist,
  listenbrainzDump,
  profiles,
  artistGenres,
  trackFeatures,
  trackAliases,
]
