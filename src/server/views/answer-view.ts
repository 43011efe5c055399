import type { z } from 'zod'
import { affinityTexts } from '../../matching/affinity-texts.ts'
import type { Match, MatchAnswer, Taste } from '../../matching/answer.ts'
import { rarityText } from '../../matching/words.ts'
import type { Listener, Profile } from '../../taste/listener.ts'
import type { answer, match } from '../contract/match.ts'
import type { taste } from '../contract/taste.ts'
import { isoTime } from '../jobs/fold.ts'
import { mutable } from './mutable.ts'
import { trackView } from './names.ts'

export type AnswerView = z.output<typeof answer>
type MatchView = z.output<typeof match>
type TasteView = z.output<typeof taste>

/** How many shared artists, and tracks, a match names before it is opened. */
const named = { artists: 6, tracks: 5 }

/** Whose taste it is, as far as whoever looks may know. */
export type Head = Pick<TasteView, 'profile' | 'name' | 'url' | 'simulated' | 'origin' | 'readAt' | 'playlists'>

export function headOfProfile({ name, url, provenance, items }: Profile): Head {
  const { origin, readAt } = provenance
  const playlists = new Set(items.flatMap(({ playlist }) => playlist ?? [])).size
  const simulated = origin === 'simulated'
  return {
    ...(name !== undefined && { name }),
    ...(url && !simulated && { url }),
    simulated,
    origin,
    readAt: isoTime(readAt),
    playlists,
  }
}

/** @param shown what may be shown of who they are */
export function headOfListener(
  { key, provenance }: Listener,
  shown: { readonly name?: string; readonly url?: string },
  playlists: number,
): Head {
  const { origin, readAt } = provenance
  return { profile: key, ...shown, simulated: origin === 'simulated', origin, readAt: isoTime(readAt), playlists }
}

export function tasteView(head: Head, taste: Taste): TasteView {
  const { offers: _, topTracks, ...rest } = taste
  return { ...head, ...mutable(rest), topTracks: topTracks.map((track) => trackView(track, head.simulated)) }
}

/** An answer without whose it is. */
export type AnswerSummary = Omit<AnswerView, 'provisional' | 'revision' | 'you'>

/** What of an answer is shown before a match is opened. */
export function answerSummary({ model, candidates, tooFew, notes, matches }: MatchAnswer): AnswerSummary {
  const texts = affinityTexts(matches.flatMap(({ affinity }) => affinity ?? []))
  return {
    model: mutable(model),
    candidates,
    tooFew,
    notes: [...notes],
    matches: matches.map((match, at) => matchView(match, texts[at])),
  }
}

export function matchView(match: Match, affinityText: string | undefined): MatchView {
  const { rank, listener, affinity, rarity, confidence, reason, genres, artists, tracks, sharedTracks } = match
  const { simulated, url, ...who } = listener
  return {
    rank,
    listener: { ...who, simulated, ...(url !== undefined && !simulated && { url }) },
    ...(affinity !== undefined && { affinity, ...(affinityText !== undefined && { affinityText }) }),
    ...(rarity !== undefined && { rarity, rarityText: rarityText(rarity) }),
    confidence,
    reason,
    genres: mutable(genres),
    artists: mutable(artists.slice(0, named.artists)),
    sharedArtists: artists.length,
    tracks: tracks.slice(0, named.tracks).map((track) => trackView(track, simulated)),
    sharedTracks,
    ...(match.youWouldEnjoy && { youWouldEnjoy: match.youWouldEnjoy.length }),
  }
}
