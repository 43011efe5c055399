/**
 * The form under which names of artists and titles of tracks from different sources meet: compatibility forms, case,
 * accents of Latin, Greek and Cyrillic letters, punctuation, white space and trailing "feat. ..." parts make no
 * difference, and "&" reads "and". Marks of all other scripts (Devanagari, Thai, kana, Arabic ...) are parts of their
 * letters and stay, as do symbols and emoji.
 *
 * Idempotent, and empty for empty input only: where nothing would be left ("!!!"), less is taken off.
 *
 * @example normaliseName('Sigur Rós') // 'sigur ros'
 * @example normaliseName('Crazy In Love (feat. JAY-Z) - Live') // 'crazy in love live'
 */
export function normaliseName(text: string): string {
  const folded = fold(text)
  return words(folded.replace(bracketedGuests, ' ')) || words(folded) || folded.trim() || folded
}

const ascii = /^[ -~]*$/
/** Stand-ins for an apostrophe; some would fall apart into a space and an accent. */
const apostrophes = /[´`\u02b9-\u02bf\u02c8]/g
/** Left behind by copying: soft hyphen, zero-width space, direction marks, byte-order mark. */
const invisible = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const spaces = /[\s\u0000-\u001f\u007f-\u009f]+/g
/** Also joiners: elsewhere they shape Persian and Indic words and compose emoji, after these letters they do nothing. */
const accents = /(?<=[[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]&&\p{L}])[\p{M}\u200c\u200d]+/gv

/** Case, compatibility forms and white space. Never empties. */
function fold(text: string): string {
  if (ascii.test(text)) return text.replaceAll('`', "'").toLowerCase().replace(spaces, ' ')
  const decomposed = text.toWellFormed().replace(apostrophes, "'").normalize('NFKD').replace(apostrophes, "'")
  // Case folding by way of the capitals: "ß", "ẞ" and "ss" meet, and both small sigmas.
  const lower = decomposed.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKD')
  return (lower.replace(invisible, '') || lower).normalize('NFC').replace(spaces, ' ')
}

/** The variation selector: keeps the "#" of the emoji "#️⃣". */
const deleted = /['’‘‛׳.](?!\ufe0f)/g
const spaced = /\p{P}(?!\ufe0f)/gu
const bracketedGuests = /[([{](?:feat|ft|featuring)\b[^)\]}]*(?:[)\]}]|$)/g
const guests = / (?:feat|ft|featuring)\.? (?=\S)/g
/** What names another recording after the guests: " - Live", "(Remix)". */
const version = / [-–—] |[([{]/

/** Takes off accents, punctuation and guests; may leave nothing. */
function words(folded: string): string {
  const bare = withoutGuests(folded).replaceAll('&', ' and ').replace(deleted, '').replace(spaced, ' ')
  const plain = ascii.test(bare) ? bare : bare.normalize('NFD').replace(accents, '').normalize('NFC')
  return withoutGuests(plain.replace(spaces, ' ').trim())
}

function withoutGuests(text: string): string {
  for (const { 0: found, index } of text.matchAll(guests)) {
    const before = text.slice(0, index)
    // A number alone does not invite anybody: the band is called "10 Ft. Ganja Plant".
    if (!/[^\p{N}\p{P}\s]/u.test(before)) continue
    const after = text.slice(index + found.length)
    const next = after.search(version)
    return next < 0 ? before : `${before} ${after.slice(next)}`
  }
  return text
}
