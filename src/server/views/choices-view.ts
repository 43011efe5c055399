import type { z } from 'zod'
import type { Taste } from '../../matching/answer.ts'
import type { StoredProfile } from '../../store/feature-store.ts'
import type { hygieneChoices } from '../contract/taste.ts'
import { isoTime } from '../jobs/fold.ts'

type ChoicesView = z.output<typeof hygieneChoices>

/** What of a profile can be left out, and what is offered to be. */
export function choicesView({ playlists }: StoredProfile, taste: Taste): ChoicesView {
  const kinds = new Map(
    taste.offers.flatMap(({ kind, leaveOut }) => (leaveOut.playlists ?? []).map((name) => [name, kind] as const)),
  )
  const entries = playlists.flatMap((playlist) => playlist.entries)
  let [from, to, dated] = [Infinity, -Infinity, 0]
  for (const { lastPlayedAt, addedAt } of entries) {
    const at = lastPlayedAt ?? addedAt
    if (at === undefined) continue
    dated++
    from = Math.min(from, at)
    to = Math.max(to, at)
  }
  return {
    playlists: playlists
      .flatMap(({ name, entries: { length } }) => {
        const looksLike = name === undefined ? undefined : kinds.get(name)
        return name === undefined ? [] : [{ name, entries: length, ...(looksLike && { looksLike }) }]
      })
      .sort((x, y) => y.entries - x.entries),
    artists: taste.topArtists.map(({ name, share }) => ({ name, share })),
    genres: taste.genres.map(({ genre, share }) => ({ genre, share })),
    offers: taste.offers.map(({ kind, share, leaveOut: { genres, playlists: names } }) => ({
      kind,
      share,
      leaveOut: { ...(genres && { genres: [...genres] }), ...(names && { playlists: [...names] }) },
    })),
    ...(dated > 0 && { from: isoTime(from), to: isoTime(to) }),
    dated: entries.length > 0 ? dated / entries.length : 0,
  }
}
