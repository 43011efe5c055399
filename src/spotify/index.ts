/**
 * A client for the Spotify Web API as it is in 2026: profile links, sign-in, quota, paging, profiles, catalogue.
 * Published as `consonance/spotify`, and usable without the rest.
 * @module
 */
export { parsePlaylistLink, parseProfileLink, profileLink } from './profile-link.ts'
