/** Old names at Spotify lead to the same person in capitals and in small letters. */
export function inSmallLetters(id: string): string {
  return id.toLowerCase()
}
