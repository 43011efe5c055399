import type { World } from '../world/world.ts'

/**
 * What Spotify lets an app do: an organisation's (`extended`; with audio features if it had them on 2024-11-27), a
 * development app made before 2026-02-11 (`dev_legacy`) or after (`dev_new`).
 */
export const modes = ['extended', 'extended_pre2024', 'dev_legacy', 'dev_new'] as const
export type Mode = (typeof modes)[number]

export interface App {
  readonly clientId: string
  readonly clientSecret: string
  readonly mode: Mode
  /** The developer account, which the daily quota is counted by. */
  readonly account: string
  readonly redirectUris: readonly string[]
  /** Whether the owner has Premium, which development apps need. */
  readonly premium: boolean
  /** Ids of the people who may sign in to a development app, at most five; absent: everybody. */
  readonly users?: readonly string[]
  /** Whether a refresh gives a new refresh token and ends the old one. */
  readonly rotates: boolean
}

/** How often odd things are in playlists and profiles, in a thousand. */
export interface Quirks {
  /** Profiles that show no playlists. */
  readonly hiddenProfiles: number
  /** Playlists that only their owner sees. */
  readonly privatePlaylists: number
  readonly collaborativePlaylists: number
  /** Playlists with, each: an item that is null, a local file, an episode, a track twice, an item that makes no sense. */
  readonly oddItems: number
  /** Playlists that don't say when and by whom their items were added. */
  readonly undatedPlaylists: number
  /** Listeners who follow a playlist of Spotify's own, or one whose owner left. */
  readonly followsSpotify: number
  readonly followsDeleted: number
  /** People who show no name. */
  readonly unnamed: number
}

export const someQuirks: Quirks = {
  hiddenProfiles: 30,
  privatePlaylists: 60,
  collaborativePlaylists: 40,
  oddItems: 60,
  undatedPlaylists: 30,
  followsSpotify: 300,
  followsDeleted: 20,
  unnamed: 50,
}

/** Profiles and playlists as in a textbook. */
export const noQuirks: Quirks = {
  hiddenProfiles: 0,
  privatePlaylists: 0,
  collaborativePlaylists: 0,
  oddItems: 0,
  undatedPlaylists: 0,
  followsSpotify: 0,
  followsDeleted: 0,
  unnamed: 0,
}

/** What nobody is sure about in the real API, and what can be switched there. */
export interface Switches {
  /** What `/playlists/<id>/items` says about somebody else's playlist to an extended or legacy app. */
  readonly itemsOfOthers: 200 | 403
  /** Whether `dev_new` sends the old name `tracks` as null instead of not at all. */
  readonly oldNamesAsNull: boolean
  /** Whether answers carry an ETag. */
  readonly etags: boolean
  /** Whether playlists of Spotify's own are null in the lists that development apps get, or left out. */
  readonly hiddenAsNull: boolean
  /** Whether answers say that they come from a simulator. Off, to test what is done with real Spotify's. */
  readonly marked: boolean
}

export const defaultSwitches: Switches = {
  itemsOfOthers: 200,
  oldNamesAsNull: false,
  etags: false,
  hiddenAsNull: true,
  marked: true,
}

export interface Limits {
  /** Requests in 30 seconds, for one app. */
  readonly per30Seconds: number
  /** Requests in 24 hours, for one developer account and group of endpoints; development apps only. */
  readonly perDay: number
}

export const noLimits: Limits = { per30Seconds: Number.POSITIVE_INFINITY, perDay: Number.POSITIVE_INFINITY }

/** What goes wrong by chance, in a thousand requests. The same request goes wrong the same way in each run. */
export interface RandomFaults {
  /** 429, in all its forms but the longest. */
  readonly pauses: number
  /** 500 to 504, as JSON, plain text, HTML or nothing. */
  readonly serverErrors: number
  readonly resets: number
  readonly truncated: number
  /** Never answered. */
  readonly hanging: number
  /** 401 for a good token. */
  readonly lostTokens: number
}

export const noFaults: RandomFaults = {
  pauses: 0,
  serverErrors: 0,
  resets: 0,
  truncated: 0,
  hanging: 0,
  lostTokens: 0,
}

export interface Settings {
  readonly world: World
  /** Default: one for each mode, `simulated-<mode>` with the secret `simulated-secret`. */
  readonly apps?: readonly App[]
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number
  readonly quirks?: Quirks
  readonly switches?: Partial<Switches>
  readonly limits?: Limits
  readonly faults?: RandomFaults
}

/** The app of a mode that a simulator has unless it is given others. */
export function defaultApp(mode: Mode): App {
  return {
    clientId: `simulated-${mode.replaceAll('_', '-')}`,
    clientSecret: 'simulated-secret',
    mode,
    account: 'simulated-developer',
    redirectUris: ['http://127.0.0.1/callback', 'http://127.0.0.1/v1/sign-in/spotify/callback'],
    premium: true,
    rotates: true,
  }
}
