import type { z } from 'zod'
import { affinityTexts } from '../../matching/affinity-texts.ts'
import type { Match, TrackName } from '../../matching/answer.ts'
import { reasonToOthers } from '../../matching/words.ts'
import type { pair, playlist, shareCard } from '../contract/match.ts'
import { matchView } from './answer-view.ts'
import { mutable } from './mutable.ts'
import { trackView } from './names.ts'

type PairView = z.output<typeof pair>
type PlaylistView = z.output<typeof playlist>
type ShareCardView = z.output<typeof shareCard>

/** Who looks, as they may be called. */
export interface You {
  readonly key: string
  readonly name?: string
  readonly simulated: boolean
}

/** Two listeners side by side. */
export function pairView(you: You, match: Match): PairView {
  const { rank: _, artists: __, tracks: ___, ...summary } = matchView(match, textOf(match))
  const { simulated } = match.listener
  const named = (tracks: readonly TrackName[]) => tracks.map((track) => trackView(track, simulated))
  const { sound, theirs, youWouldEnjoy, differences } = match
  return {
    you,
    match: summary,
    words: [...match.words],
    parts: mutable(match.parts),
    artists: mutable(match.artists),
    tracks: named(match.tracks),
    ...(theirs && { theirs: { artists: mutable(theirs.artists), tracks: named(theirs.tracks) } }),
    genres: mutable(match.genresOfBoth),
    ...(sound && { sound: mutable(sound) }),
    differences: mutable(differences),
    borrow: {
      ...(youWouldEnjoy && { you: named(youWouldEnjoy) }),
      them: named(match.theyWouldEnjoy),
    },
    private: youWouldEnjoy
      ? []
      : [
          'They did not agree to show more than what you share: the rest of their artists, tracks and sound stays theirs.',
        ],
  }
}

/** What both have first, then by turns what either could borrow from the other. */
export function playlistTracks(
  match: Match,
  length: number,
): readonly (TrackName & { readonly from: 'both' | 'you' | 'them' })[] {
  const both = match.tracks.map((track) => ({ ...track, from: 'both' as const }))
  const them = (match.youWouldEnjoy ?? []).map((track) => ({ ...track, from: 'them' as const }))
  const you = match.theyWouldEnjoy.map((track) => ({ ...track, from: 'you' as const }))
  const turns = Array.from({ length: Math.max(both.length, them.length, you.length) }, (_, i) =>
    [both[i], them[i], you[i]].filter((track) => track !== undefined),
  )
  const seen = new Set<string>()
  return turns
    .flat()
    .filter((track) => {
      const name = `${track.artists[0] ?? ''}\u0001${track.title}`
      return !seen.has(name) && seen.add(name)
    })
    .slice(0, length)
}

export function playlistView(
  match: Match,
  { title, length }: { readonly title: string; readonly length: number },
): PlaylistView {
  const { simulated } = match.listener
  const tracks = playlistTracks(match, length).map(({ from, ...track }) => ({ ...trackView(track, simulated), from }))
  return { title, tracks }
}

/** @param namesAgreed whether the other agreed to show their name, or never was */
export function shareCardView(you: You, match: Match, namesAgreed: boolean): ShareCardView {
  const { listener, rarity, genres, artists, reason } = match
  const affinityText = textOf(match)
  const summary = matchView(match, affinityText)
  const other = namesAgreed ? listener.name : undefined
  const title = other === undefined ? 'Somebody hears music like me' : `${other} hears music like me`
  const shared = {
    genres: genres.slice(0, 3).map(({ genre }) => genre),
    artists: artists.slice(0, 3).map(({ name }) => name),
  }
  const alt = [
    `${title}.`,
    affinityText === undefined
      ? ''
      : `Affinity ${affinityText} of 100${rarity === undefined ? '' : `, ${summary.rarityText}`}.`,
    reasonToOthers(reason),
    shared.genres.length > 0 ? `Both: ${shared.genres.join(', ')}.` : '',
    listener.simulated ? 'The listeners are simulated.' : '',
  ]
  return {
    title,
    ...(you.name !== undefined && { you: you.name }),
    ...(other !== undefined && { other }),
    simulated: listener.simulated,
    ...(affinityText !== undefined && { affinityText }),
    ...(summary.rarityText !== undefined && { rarityText: summary.rarityText }),
    ...shared,
    alt: alt.filter((part) => part !== '').join(' '),
  }
}

function textOf({ affinity }: Match): string | undefined {
  return affinity === undefined ? undefined : affinityTexts([affinity])[0]
}
