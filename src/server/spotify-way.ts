import type { SpotifyClient, TokenEndpointOptions, TokenStore } from '../spotify/index.ts'

/** How this installation reaches Spotify. */
export interface SpotifyWay {
  /** Whether the configured host is the simulator. */
  readonly simulated: boolean
  /** Asks as the app. */
  readonly client: SpotifyClient
  /** For signing people in. */
  readonly endpoint: TokenEndpointOptions
  /** Asks as somebody who signed in; all clients share one gate. */
  personClient(tokens: TokenStore): SpotifyClient
}
