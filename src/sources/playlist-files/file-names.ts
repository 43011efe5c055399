/** `Artist - Title` taken apart; a title alone where there is no dash between spaces. */
export function parted(text: string): readonly [artist: string | undefined, track: string | undefined] {
  const dash = / [-–—] /.exec(text)
  if (!dash) return [undefined, text || undefined]
  return [text.slice(0, dash.index).trim() || undefined, text.slice(dash.index + dash[0].length).trim() || undefined]
}

/** What a file's path or link says: `.../Artist/Album/01 Title.mp3`, or `Artist - Title.mp3`. */
export function fromPath(line: string): {
  readonly artist: string | undefined
  readonly album: string | undefined
  readonly track: string | undefined
} {
  const path = decoded(line.replace(/^file:\/\//i, '').replaceAll('\\', '/'))
  const parts = path
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..' && !/^[a-z]:$/i.test(part))
  const file = (parts.at(-1) ?? '').replace(/\.[a-z0-9]{2,4}$/i, '').replace(/^\d{1,3}(?:[ ._-]+(?=\D)|$)/, '')
  const [artist, track] = parted(file)
  if (artist) return { artist, track, album: undefined }
  if (parts.length < 3 || /^https?:/i.test(line)) return { artist: undefined, track, album: undefined }
  return { artist: parts.at(-3), album: parts.at(-2), track }
}

function decoded(path: string): string {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path
  } catch {
    return path
  }
}
