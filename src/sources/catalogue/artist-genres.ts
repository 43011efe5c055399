import type { ArtistGenres } from '../../store/feature-store.ts'
import { tableSource } from './table-source.ts'

/** Artists by name, and their genres separated by "|". An artist without genres is passed over. */
export const artistGenres = tableSource<ArtistGenres>({
  format: 'catalogue:artist-genres',
  title: 'genres of artists: a table with the columns artist_name and genres (separated by "|")',
  columns: ['artist_name', 'genres'],
  row(row, provenance) {
    const name = (row.cell('artist_name') ?? '').trim()
    if (name === '') return 'artist_name is empty'
    const genres = new Set<string>()
    for (const part of (row.cell('genres') ?? '').split('|')) {
      const genre = part.trim().toLowerCase()
      if (genre !== '') genres.add(genre)
    }
    return genres.size > 0 ? { name, genres: [...genres], provenance } : undefined
  },
  event: (rows) => ({ kind: 'genres', rows }),
})
