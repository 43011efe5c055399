import { spotifyId } from '../spotify-ids.ts'

/** Ids of the artists in a cell. */
export function idsIn(cell: string | undefined): readonly string[] {
  return (cell ?? '').split(/[,;]\s*/).flatMap((text) => spotifyId('artist', text.trim()) ?? [])
}

/**
 * Names of the artists in a cell. One fork writes "A, B" and a comma in a name as "\,", the other "A;B", and before that
 * "A,B": names with commas of their own can be told only by how many ids there are.
 * @param ids how many artists' ids the row has, 0 where it doesn't say
 */
export function artistsIn(cell: string | undefined, ids: number, escapes: boolean): readonly string[] {
  if (!cell) return []
  const ways = [
    ...(escapes || cell.includes('\\,') ? [cell.split(/(?<!\\), /)] : []),
    ...(cell.includes(';') ? [cell.split(';')] : []),
    cell.split(/,(?! )/),
    [cell],
    cell.split(/, ?/),
  ]
  const names = (ids > 0 && ways.find((way) => way.length === ids)) || ways[0]!
  return names.map((name) => name.replaceAll('\\,', ',').trim()).filter((name) => name !== '')
}
