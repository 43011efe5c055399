/** What a channel's name and a video's title say about artist and track. */
export interface Named {
  readonly artist: string
  readonly track: string
}

/** Words about the film rather than the song, at a title's end. */
const filmWords =
  /\s*[([](?:official|offizielles|oficial|officiel|ufficiale|lyrics?|audio|video|hd|hq|4k|visuali[sz]er|remaster(?:ed)? video)\b[^)\]]*[)\]]\s*/gi

/**
 * Music on YouTube is listed under an artist's automatic channel ("Name - Topic"), under a channel of their own, or under
 * anybody's, and then the title says "Artist - Track".
 */
export function namesOf(channel: string, title: string): Named | undefined {
  const topic = /^(.+?) [-–] \p{L}+$/u.exec(channel)?.[1]
  if (topic && isTopic(channel)) return { artist: topic, track: title }
  const bare = title.replace(filmWords, ' ').trim() || title
  const dash = / [-–—] /.exec(bare)
  if (dash && dash.index > 0) {
    const track = bare.slice(dash.index + dash[0].length).trim()
    if (track) return { artist: bare.slice(0, dash.index).trim(), track }
  }
  const artist = channel
    .replace(/\s*VEVO$/i, '')
    .replace(/\s+(?:official|offiziell|oficial|officiel)(?: channel)?$/i, '')
    .trim()
  return artist && bare ? { artist: spaced(artist), track: bare } : undefined
}

/** "Topic" in the languages of YouTube. */
export function isTopic(channel: string): boolean {
  return / [-–] (?:Topic|Thema|Tema|Thème|Sujet|Onderwerp|Argomento|Tópico|Temat|Тема|Konu|Aihe|Ämne|Emne|トピック|主題|主题|주제|موضوع)$/u.test(
    channel,
  )
}

/** VEVO channels run names together: "FooFightersVEVO". */
function spaced(name: string): string {
  return /\s/.test(name) || !/[a-z][A-Z]/.test(name) ? name : name.replace(/([a-z])(?=[A-Z])/g, '$1 ')
}

const verbs = [
  ...[
    'Watched ',
    'Listened to ',
    'Vous avez regardé ',
    'Vous avez écouté ',
    'Has escuchado ',
    'Escuchaste ',
    'Hai ascoltato ',
    'Você ouviu ',
    'Ouviu ',
    'Je hebt geluisterd naar ',
    'Has visto ',
    'Viste ',
    'Hai guardato ',
    'Assistiu a ',
    'Você assistiu a ',
    'Viu ',
  ],
  ...[
    'Je hebt gekeken naar ',
    'Bekeken: ',
    'Har tittat på ',
    'Du har sett ',
    'Sett på ',
    'Du så ',
    'Obejrzano: ',
    'Obejrzano ',
    'Вы посмотрели видео ',
    'Просмотрено видео: ',
  ],
]
const endings = [
  ' angesehen',
  ' angehört',
  ' を視聴しました',
  ' を再生しました',
  '을(를) 시청했습니다',
  '을(를) 시청함',
  ' izlendi',
  ' adlı videoyu izlediniz',
  ' megtekintve',
  ' katsottu',
]

/**
 * Takes the words off that a history puts around each title ("Watched ...").
 * @param around what all titles of the history begin and end with, for languages that we don't know
 */
export function bareTitle(title: string, around: readonly [start: string, end: string]): string {
  const text = title.trim()
  const verb = verbs.find((start) => text.startsWith(start))
  if (verb) return unquoted(text.slice(verb.length))
  const ending = endings.find((end) => text.endsWith(end))
  if (ending) return unquoted(text.slice(0, text.length - ending.length))
  const [start, end] = around
  return unquoted(text.slice(start.length, text.length - end.length))
}

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^["„“«「](.*)["“”»」]$/su, '$1')
    .trim()
}

/** Whole words that all of several different titles begin and end with. */
export function commonWords(titles: readonly string[]): readonly [start: string, end: string] {
  const [first = '', ...others] = new Set(titles)
  if (others.length < 3) return ['', '']
  let start = first.length
  let end = first.length
  for (const other of others) {
    let same = 0
    while (same < start && other[same] === first[same]) same++
    start = same
    same = 0
    while (same < end && other.at(-1 - same) === first.at(-1 - same)) same++
    end = same
  }
  const before = first.slice(0, start)
  const after = end > 0 ? first.slice(-end) : ''
  return [before.slice(0, before.lastIndexOf(' ') + 1), after.includes(' ') ? after.slice(after.indexOf(' ')) : '']
}
