import { normaliseName } from '../taste/name.ts'

/** A word that somebody used for an artist, and how often others did. */
export interface Word {
  readonly name: string
  readonly count: number
}

const mostGenres = 8

/** Words that say who listens and when, not what the music is like. */
const noGenre =
  /^(?:seen live|(?:my )?fav(?:ou?rites?)?\b.*|.*\bi (?:own|love|like|have|know|listen)\b.*|all|other|unknown|misc|music|under \d+.*|spotify|check ?out|to (?:listen|check).*|awesome|beautiful|amazing|cool|good|great|best|love|male vocalists?|female vocalists?|vocalists?|male|female|\d+s? ?(?:artists?|bands?)|.*\bplaylist\b.*|.*\blast ?fm\b.*)$/

/**
 * Genres among the words that listeners use for an artist, the most used first: lower case, without the artist's own
 * name, without words that are no genre, without what hardly anybody says.
 * @param least a word must have been used that often
 * @param known genres; absent: whatever is not obviously something else
 */
export function genresAmong(
  words: readonly Word[],
  { artist, least, known }: { readonly artist: string; readonly least: number; readonly known?: ReadonlySet<string> },
): readonly string[] {
  const own = normaliseName(artist)
  const genres = words
    .map(({ name, count }) => ({ name: name.trim().toLowerCase().replaceAll(/\s+/g, ' '), count }))
    .filter(({ name, count }) => name !== '' && name.length <= 60 && count >= least && normaliseName(name) !== own)
    .filter(({ name }) => (known ? known.has(name) : !noGenre.test(name)))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return [...new Set(genres.map(({ name }) => name))].slice(0, mostGenres)
}
