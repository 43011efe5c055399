/** An International Standard Recording Code in a text, without its dashes. */
export function isrcIn(text: string | undefined): string | undefined {
  return /^([A-Z]{2}[A-Z0-9]{3}\d{7})$/.exec(
    (text ?? '')
      .replaceAll('-', '')
      .toUpperCase()
      .replace(/^(?:URN:)?ISRC:/, ''),
  )?.[1]
}

/** A MusicBrainz id in a text, which may be a link that ends with it. */
export function mbidIn(text: string | undefined): string | undefined {
  return /(?:^|\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/.exec((text ?? '').trim().toLowerCase())?.[1]
}

/** The year that a date begins with. */
export function yearIn(text: string | undefined): number | undefined {
  const year = Number(/^\d{4}/.exec((text ?? '').trim())?.[0] ?? 0)
  return year >= 1000 ? year : undefined
}
