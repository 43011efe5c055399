/**
 * A client for the Spotify Web API as it is in 2026: profile links, sign-in, quota, paging, profiles, catalogue.
 * Published as `consonance/spotify`, and usable without the rest.
 * @module
 */
export { Access, type Capability, type Tier } from './access.ts'
export { type Credentials, loadCredentials } from './auth/credentials.ts'
export { type LoopbackOptions, signInOnLoopback } from './auth/loopback.ts'
export { signInEnds, signInWarning } from './auth/person-tokens.ts'
export { beginSignIn, finishSignIn, readingScopes, type SignInAttempt } from './auth/sign-in.ts'
export type { TokenEndpointOptions } from './auth/token-endpoint.ts'
export { fileTokenStore, memoryTokenStore, type SignIn, type TokenStore } from './auth/token-store.ts'
export {
  type ArtistFacts,
  artistsBatch,
  featuresBatch,
  readArtists,
  readAudioFeatures,
  type TrackFeatures,
} from './catalogue.ts'
export { type GetOptions, path, SpotifyClient } from './client.ts'
export {
  type CollectedPlaylist,
  type CollectedProfile,
  type CollectOptions,
  collectProfile,
} from './collected-profile.ts'
export { ConditionalCache } from './conditional-cache.ts'
export { type ConnectOptions, connect } from './connect.ts'
export { type Environment, systemEnvironment } from './environment.ts'
export { type ErrorKind, SpotifyError } from './errors.ts'
export { type FoundPeople, playlistPeople, searchPeople } from './finding.ts'
export { carefulLimits, Gate, type GateLimits, type GateUsage } from './gate.ts'
export { type Hosts, isLoopback, spotifyHosts } from './hosts.ts'
export { parseSpotifyLink, type SpotifyLink } from './link.ts'
export type { Log, LogEvent } from './log.ts'
export type { Answer, Outgoing } from './network.ts'
export { type NewPlaylist, playlistWriteScopes, savePlaylist } from './new-playlist.ts'
export { type Page, PageCursor } from './pages.ts'
export { filePersistence, memoryPersistence, type Persistence } from './persistence.ts'
export { type Person, playlistTitles, signedInPerson } from './person.ts'
export { type PersonalReading, readPersonal } from './personal.ts'
export type { PlaylistInfo } from './playlist-info.ts'
export { type ProfileLink, parsePlaylistLink, parseProfileLink, profileLink } from './profile-link.ts'
export { type KnownPerson, ProfileReading, type ReadingEvent, type ReadProfileOptions } from './profile-reader.ts'
export type { NotReadReason, Outcome, ReadingReport } from './reading-report.ts'
export { Secrets } from './secrets.ts'
export { resolveShortLink } from './short-link.ts'
