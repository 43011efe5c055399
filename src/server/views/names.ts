import type { TrackName } from '../../matching/answer.ts'
import { shownListener } from '../../matching/shown-listener.ts'
import type { Listener } from '../../taste/listener.ts'
import type { Origin } from '../../taste/provenance.ts'

/** A track with its page at Spotify. What is simulated has no page. */
export function trackView({ title, artists, spotify }: TrackName, simulated: boolean) {
  const url = spotify !== undefined && !simulated ? `https://open.spotify.com/track/${spotify}` : undefined
  return { title, artists: [...artists], ...(url !== undefined && { url }) }
}

/** A page that a listener agreed to show. What is simulated has no page. */
export function pageOf(url: string | undefined, origin: Origin): { url?: string } {
  return url !== undefined && origin !== 'simulated' && /^https:\/\//.test(url) ? { url } : {}
}

/** How a profile of a session is called: by its name where that may be shown, or by what its owner calls it. */
export function ownName(listener: Listener, isOwner: boolean): string {
  if (isOwner && listener.name) return listener.name.value
  return isOwner && listener.provenance.origin === 'own-export' ? 'what you brought' : shownListener(listener).name
}
