import { type ColumnMatch, type ColumnMeaning, columnMeanings } from '../export/export-format.ts'
import { spotifyId } from '../spotify-ids.ts'

/** How columns are called, in the languages that services and their users write; the likelier first. */
const names: Readonly<Record<ColumnMeaning, readonly string[]>> = {
  artist: [
    ...[
      'artist',
      'artists',
      'artist name',
      'artist names',
      'artist name(s)',
      'track artist',
      'main artist',
      'performer',
      'band',
      'singer',
    ],
    ...[
      'kunstler',
      'kuenstler',
      'interpret',
      'interpreten',
      'kunstlername',
      'kunstlername(n)',
      'artiste',
      'artistes',
      'nom de l artiste',
    ],
    ...[
      'artista',
      'artistas',
      'interprete',
      'nombre del artista',
      'nome dell artista',
      'nome do artista',
      'artiest',
      'artiesten',
      'utover',
    ],
    ...[
      'kunstner',
      'esittaja',
      'wykonawca',
      'interpreta',
      'eloado',
      'sanatci',
      'исполнитель',
      'артист',
      'виконавець',
      'καλλιτεχνησ',
    ],
    ...[
      'アーティスト',
      'アーティスト名',
      '艺术家',
      '艺人',
      '歌手',
      '演出者',
      '藝人',
      '아티스트',
      '가수',
      'الفنان',
      'اسم الفنان',
      'अभिनेता',
      'คิลปิน',
      'album artist',
    ],
  ],
  track: [
    ...[
      'track',
      'track name',
      'title',
      'song',
      'song name',
      'song title',
      'track title',
      'name',
      'recording',
      'titel',
      'lied',
      'titre',
    ],
    ...[
      'morceau',
      'chanson',
      'cancion',
      'pista',
      'tema',
      'titulo',
      'titolo',
      'brano',
      'canzone',
      'faixa',
      'musica',
      'nummer',
      'lat',
      'sang',
      'kappale',
    ],
    ...[
      'tytul',
      'utwor',
      'nazev',
      'cim',
      'sarki',
      'название',
      'трек',
      'песня',
      'композиция',
      'назва',
      'τιτλοσ',
      '曲',
      '曲名',
      'タイトル',
      '歌曲',
      '标题',
      '標題',
      '歌名',
    ],
    ...['제목', '곡명', '노래', 'الأغنية', 'العنوان'],
  ],
  album: [
    ...[
      'album',
      'album name',
      'album title',
      'release',
      'release name',
      'disque',
      'disco',
      'albumname',
      'albumtitel',
      'альбом',
      'アルバム',
      '专辑',
      '專輯',
    ],
    ...['앨범', 'الألبوم', 'αλμπουμ'],
  ],
  playlist: [
    'playlist',
    'playlist name',
    'playlist title',
    'wiedergabeliste',
    'liste de lecture',
    'lista',
    'lista de reproduccion',
    'плейлист',
    'プレイリスト',
  ],
  plays: [
    ...[
      'plays',
      'play count',
      'playcount',
      'play_count',
      'count',
      'listens',
      'listen count',
      'scrobbles',
      'times played',
      'streams',
      'wiedergaben',
    ],
    ...[
      'ecoutes',
      'reproducciones',
      'riproduzioni',
      'reproducoes',
      'прослушивания',
      '再生回数',
      '播放次数',
      '재생 횟수',
    ],
  ],
  added: [
    'added at',
    'added',
    'date added',
    'added date',
    'liked at',
    'saved at',
    'created at',
    'hinzugefugt am',
    'ajoute le',
    'anadido el',
    'aggiunto il',
    'adicionado em',
  ],
  played: [
    'played at',
    'listened at',
    'last played',
    'played',
    'uts',
    'timestamp',
    'ts',
    'utc time',
    'scrobbled at',
    'date',
    'datetime',
    'time',
    'end time',
    'endtime',
    'datum',
    'fecha',
    'data',
    'дата',
  ],
  ms: ['ms played', 'msplayed', 'play duration milliseconds', 'played ms'],
  isrc: ['isrc', 'track isrc'],
  spotify: [
    'spotify id',
    'spotify uri',
    'track uri',
    'track id',
    'spotify track id',
    'uri',
    'url',
    'spotify url',
    'link',
  ],
  mbid: ['track mbid', 'recording mbid', 'mbid', 'musicbrainz id', 'musicbrainz recording id'],
}

/** Spellings that differ in case, marks and separators only meet. */
function plain(header: string): string {
  const bare = header
    .replace(/#.*$/, '')
    .replace(/^\ufeff/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .normalize('NFD')
  return bare
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[\s_'’"-]+/g, ' ')
    .replaceAll('ς', 'σ')
    .trim()
}

const known = new Map(
  columnMeanings.flatMap((meaning) => names[meaning].map((name, rank) => [plain(name), { meaning, rank }] as const)),
)

/** What the columns of a table hold, by their names; without an artist where none is called so. */
export function matchColumns(header: readonly string[]): Partial<ColumnMatch> {
  const best: { [meaning in ColumnMeaning]?: { column: number; rank: number } } = {}
  for (const [at, cell] of header.entries()) {
    const found = known.get(plain(cell))
    if (found && found.rank < (best[found.meaning]?.rank ?? Infinity))
      best[found.meaning] = { column: at + 1, rank: found.rank }
  }
  return Object.fromEntries(Object.entries(best).map(([meaning, { column }]) => [meaning, column]))
}

/** What the columns hold, for a person to confirm: by name, else the first two columns of words. */
export function guessColumns(header: readonly string[], rows: readonly (readonly string[])[]): ColumnMatch {
  const named = matchColumns(header)
  if (named.artist !== undefined) return { ...named, artist: named.artist }
  const taken = new Set(Object.values(named))
  const wordy = header.flatMap((_, at) =>
    !taken.has(at + 1) && isWordy(rows.map((cells) => cells[at] ?? '')) ? [at + 1] : [],
  )
  const artist = wordy[0] ?? 1
  return { ...named, artist, ...(named.track === undefined && wordy[1] && { track: wordy[1] }) }
}

function isWordy(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const words = filled.filter(
    (cell) => /\p{L}{2}/u.test(cell) && !spotifyId('track', cell) && !/^https?:|^\d{4}-\d\d/.test(cell),
  )
  return filled.length > 0 && words.length * 2 > filled.length
}

const numberOrTime = /^[-+]?[\d.,:/ -]*\d(?:T[\d:.]+Z?)?$/

/**
 * Whether a first row names columns rather than being a row itself: by the names, else where it has words over a column
 * of nothing but numbers or times.
 */
export function isHeader(cells: readonly string[], rows: readonly (readonly string[])[]): boolean {
  if (cells.some((cell) => known.has(plain(cell)))) return true
  return cells.some((cell, at) => {
    const below = rows.flatMap((row) => row[at]?.trim() || [])
    const isNumeric = below.length > 0 && below.every((text) => numberOrTime.test(text))
    return isNumeric && cell.trim() !== '' && !/\d/.test(cell)
  })
}
