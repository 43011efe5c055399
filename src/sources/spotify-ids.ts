const id = '[0-9A-Za-z]{22}'
const forms = {
  track: new RegExp(`^(?:spotify:track:|https://open\\.spotify\\.com/(?:intl-[a-z-]+/)?track/)?(${id})(?:\\?.*)?$`),
  artist: new RegExp(`^(?:spotify:artist:|https://open\\.spotify\\.com/(?:intl-[a-z-]+/)?artist/)?(${id})(?:\\?.*)?$`),
} as const

/** The id of a track or artist, given bare, as a URI or as a link; undefined for anything else, such as a local file. */
export function spotifyId(kind: keyof typeof forms, text: string): string | undefined {
  return forms[kind].exec(text)?.[1]
}
