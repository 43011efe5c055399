import { affinityTexts } from '../matching/affinity-texts.ts'
import type { Match, MatchAnswer } from '../matching/answer.ts'
import { rarityText } from '../matching/words.ts'
import { count, counted, ending, faint, line, strong } from './output.ts'

/** Prints matches for a person: who, why, what both share, and where they differ. */
export function printMatches(taken: string, answer: MatchAnswer, seconds: number): void {
  const { model, artists, candidates, notes, matches } = answer
  const marks = model.marks.length > 0 ? `, ${model.marks.join(', ')}` : ''
  line(`${taken}: ${counted(artists, 'artist')}, against ${counted(candidates, 'listener')}`)
  line(faint(`model v${model.version} (${model.kind}${marks})`))
  for (const note of notes) line(note)
  const affinities = affinityTexts(matches.flatMap(({ affinity }) => affinity ?? []))
  for (const [i, match] of matches.entries()) printMatch(match, affinities[i])
  if (affinities.length > 0)
    line(faint('\nAffinity 50: as alike as two halves of one person’s listening typically are.'))
  line()
  ending(`Found ${matches.length} of ${counted(candidates, 'listener')}`, seconds)
}

/** How many shared artists are named. */
const namedArtists = 6
/** How many tracks of theirs are named. */
const namedOffers = 3
/** Smallest share of what makes two close that is told. */
const worthAWord = 0.05
function printMatch(match: Match, affinity: string | undefined) {
  const { rank, listener, rarity, confidence, reason, parts, artists, genres, tracks, sharedTracks, differences } =
    match
  const { youWouldEnjoy = [] } = match
  const simulated = listener.simulated ? faint(' simulated') : ''
  const link = listener.url ? `  ${listener.url}` : ''
  const trusted = affinity === undefined ? '' : `  affinity ${strong(affinity)}  ${rarityText(rarity!)}`
  line()
  line(
    `${String(rank).padStart(2)}  ${strong(listener.name)}${simulated}${link}${trusted}  ${faint(`${confidence.word}, ${confidence.because}`)}`,
  )
  line(`    ${reason}`)
  if (artists.length > 0) {
    const names = artists.slice(0, namedArtists).map(({ name }) => name)
    const more = artists.length > names.length ? ` and ${count(artists.length - names.length)} more` : ''
    line(`    artists  ${names.join(', ')}${more}`)
  }
  if (genres.length > 0)
    line(
      `    genres   ${genres.map(({ genre, yours, theirs }) => `${genre} ${percent(yours)}/${percent(theirs)}`).join('  ')}`,
    )
  if (tracks.length > 0) {
    const titles = tracks.map(({ title, artists: by }) => `${title} (${by.join(', ')})`)
    const more = sharedTracks > titles.length ? ` and ${count(sharedTracks - titles.length)} more` : ''
    line(`    tracks   ${titles.join(', ')}${more}`)
  }
  if (youWouldEnjoy.length > 0) {
    const titles = youWouldEnjoy.slice(0, namedOffers).map(({ title, artists: by }) => `${title} (${by.join(', ')})`)
    line(`    for you  ${titles.join(', ')}`)
  }
  const close = parts.filter(({ share }) => share >= worthAWord)
  if (close.length > 0)
    line(faint(`    close by ${close.map(({ part, share }) => `${part} ${percent(share)}`).join(', ')}`))
  const { yourGenres, theirGenres, theirArtists } = differences
  const differ = [
    ...(yourGenres.length > 0
      ? [
          `more ${yourGenres
            .slice(0, 2)
            .map(({ genre }) => genre)
            .join(', ')} with you`,
        ]
      : []),
    ...(theirGenres.length > 0
      ? [
          `more ${theirGenres
            .slice(0, 2)
            .map(({ genre }) => genre)
            .join(', ')} with them`,
        ]
      : []),
    ...(theirArtists?.length ? [`they also play ${theirArtists.slice(0, 3).join(', ')}`] : []),
  ]
  if (differ.length > 0) line(faint(`    differ   ${differ.join('; ')}`))
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
