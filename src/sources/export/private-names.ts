/**
 * Files that hold a person's identity, payments, addresses or searches are never opened, not even to find out what they
 * are. They are known by their names.
 */

/** In a folder of Spotify's account data, whatever it is called, only these are opened. */
const spotifyNames =
  /^(?:playlist\d*|yourlibrary\d*|streaminghistory.*|streaming_history_.*|endsong.*|endvideo.*)\.json$/

/** Names that only a folder of Spotify's account data has. */
const spotifyMarks =
  /^(?:yourlibrary\d*|streaminghistory.*\d|searchqueries|userdata|inferences|identifiers|identity|payments|marquee|useraddress)\.json$/

/** Everywhere else, these are not opened. */
const privateNames = [
  ...[
    'identity',
    'identifiers',
    'userdata',
    'useraddress',
    'payments?',
    'inferences',
    'searchqueries',
    'follow',
    'familyplan',
    'duonewfamily',
  ],
  ...[
    'message_?data',
    'marquee',
    'search[- ]history',
    'suchverlauf',
    'historique des recherches',
    'historial de búsquedas?',
    'hist[óo]rico[- ]de[- ](?:pesquisas?|buscas?)',
    'cronologia[- ](?:delle )?ricerche',
    'zoekgeschiedenis',
    'historia wyszukiwania',
    'sökhistorik',
    'søgehistorik',
    'søkehistorikk',
    'hakuhistoria',
    'arama geçmişi',
    'история поиска',
    'історія пошуку',
    '検索履歴',
    '搜索记录',
    '搜尋記錄',
    '검색 기록',
    'my-comments',
    'comments',
  ],
  ...[
    'live chats',
    'subscriptions',
    'abos',
    'abonnements',
    'apple id .*',
    'account .*information',
    '.*transaction history',
    'identifier information',
    'user',
  ],
]
const isPrivate = new RegExp(`^(?:${privateNames.join('|')})\\.(?:json|csv|html?|txt)$`)

/** Endings of what exports are made of. */
const readable = /\.(?:json|jsonl|csv|tsv|txt|xml|html?|m3u8?|xspf|jspf|gz|zip)$/

/** Which of several files must not be opened. @param names with their folders */
export function neverOpened(names: readonly string[]): ReadonlySet<string> {
  const spotify = new Set(names.filter((name) => spotifyMarks.test(baseOf(name))).map(folderOf))
  return new Set(
    names.filter((name) => {
      const base = baseOf(name)
      return isPrivate.test(base) || (spotify.has(folderOf(name)) && base.endsWith('.json') && !spotifyNames.test(base))
    }),
  )
}

/** Whether a file of an archive could be of use, by its name; `__MACOSX/._*` is what macOS packs beside each file. */
export function isReadable(name: string): boolean {
  const base = baseOf(name)
  return !base.startsWith('.') && !name.includes('__MACOSX/') && readable.test(base)
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

function baseOf(name: string): string {
  // macOS takes letters and their marks apart.
  return name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .normalize('NFC')
}
