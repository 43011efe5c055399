import * as histories from './histories.ts'
import * as lists from './lists.ts'

/** Writers of histories: each tells who was played how often. */
export const historyWriters = {
  'spotify extended': histories.spotifyExtended,
  'spotify endsong': histories.spotifyEndsong,
  'spotify account': histories.spotifyAccount,
  'youtube json': histories.youtubeHistory,
  'youtube html': histories.youtubeHistoryHtml,
  'apple activity': histories.appleActivity,
  'apple library': histories.appleLibrary,
  'lastfm bare table': histories.lastfmBareTable,
  'lastfm table': histories.lastfmTable,
  'lastfm pages': histories.lastfmPages,
  'listenbrainz lines': histories.listenbrainzLines,
  'table of plays': histories.playCounts,
} as const

/** Writers of lists: each names every track once. */
export const listWriters = {
  'spotify playlists': lists.spotifyPlaylists,
  'spotify library': lists.spotifyLibrary,
  'exportify translated': lists.exportifyTranslated,
  'exportify features': lists.exportifyFeatures,
  m3u: lists.m3u,
  xspf: lists.xspf,
  jspf: lists.jspf,
  'youtube library': lists.youtubeLibrary,
  'apple tracks': lists.appleTracks,
  'moved table': lists.movedTable,
} as const
