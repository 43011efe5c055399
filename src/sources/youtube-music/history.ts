import type { Collector } from '../export/collector.ts'
import { utf8BytesOf } from '../export/export-file.ts'
import type { FileReader } from '../export/export-format.ts'
import { eachRow } from '../export/json-file.ts'
import { isObject, type JsonObject, listIn, textIn, timeIn } from '../export/values.ts'
import { readXml } from '../export/xml-file.ts'
import { bareTitle, commonWords, isTopic, namesOf } from './names.ts'

/** One video as the history tells it. */
interface Watched {
  readonly service: string
  readonly title: string
  readonly channel: string
  readonly url: string
  readonly at: string | undefined
}

/** How many titles tell which words stand around each. */
const sampled = 100

/** Takes videos in; holds the first ones back until it is known which words stand around each title. */
class History {
  readonly #into: Collector
  #held: Watched[] | undefined = []
  #around: readonly [string, string] = ['', '']

  constructor(into: Collector) {
    this.#into = into
  }

  add(watched: Watched) {
    const music =
      /youtube music/i.test(watched.service) || watched.url.includes('//music.youtube.com/') || isTopic(watched.channel)
    if (!music) return this.#into.ignore('video')
    if (!watched.channel) return this.#into.ignore('no-artist')
    if (!this.#held) return this.#take(watched)
    this.#held.push(watched)
    if (this.#held.length === sampled) this.end()
  }

  end() {
    const held = this.#held ?? []
    this.#held = undefined
    this.#around = commonWords(held.map(({ title }) => title))
    for (const watched of held) this.#take(watched)
  }

  #take({ title, channel, at }: Watched) {
    const names = namesOf(channel, bareTitle(title, this.#around))
    if (!names) return this.#into.ignore('no-artist')
    this.#into.listen({ artists: [names.artist], track: names.track, ...(at && { at }) }, 'second')
  }
}

/** `watch-history.json` of Google Takeout. */
export const historyJson: FileReader = {
  what: 'YouTube Music history',
  recognises: ({ text }) =>
    text !== undefined &&
    /^\s*\[/.test(text) &&
    /"titleUrl"\s*:|"header"\s*:\s*"YouTube/.test(text) &&
    /"header"\s*:/.test(text),
  async read(file, into) {
    const history = new History(into)
    await eachRow(utf8BytesOf(file), [''], into, (row, number) => {
      const title = textIn(row.title)
      if (isAdvertisement(row)) into.ignore('not-music')
      else if (!title) into.broken(`row ${number}`, 'it has no title')
      else {
        const [channel] = listIn(row.subtitles)
        const name = isObject(channel) ? textIn(channel.name) : undefined
        history.add({
          service: textIn(row.header) ?? '',
          title,
          channel: name ?? '',
          url: textIn(row.titleUrl) ?? '',
          at: timeIn(row.time),
        })
      }
    })
    history.end()
  },
}

function isAdvertisement(row: JsonObject): boolean {
  return listIn(row.details).some((detail) => isObject(detail) && /google ads/i.test(textIn(detail.name) ?? ''))
}

function plainSpaces(text: string): string {
  return text.replace(/[\u202f\u00a0]/g, ' ').trim()
}

/** Takeout's style sheet may be longer than what is looked at. Other activity than YouTube's begins with the same. */
function isStyleOnly(text: string, path: string): boolean {
  return /\.mdl-/.test(text) && !/<body/i.test(text) && /youtube|watch|verlauf|histor/.test(path)
}

/** `watch-history.html`, the form that Takeout gives to those who ask for nothing else. */
export const historyHtml: FileReader = {
  what: 'YouTube Music history',
  recognises: ({ text, path }) =>
    text !== undefined &&
    /^\s*<(?:!doctype )?html/i.test(text) &&
    (/outer-cell/.test(text) ? /youtube\.com\/(?:watch|channel)/.test(text) : isStyleOnly(text, path)),
  async read(file, into) {
    const history = new History(into)
    let service = ''
    let links: { url: string; text: string }[] = []
    let rest = ''
    let inside: 'service' | 'link' | 'body' | undefined
    const flush = () => {
      const [title, channel] = links
      // Behind it stands why Google keeps this.
      const [at] = rest.split('\n').flatMap((line) => (/\d:\d\d/.test(line) && timeIn(plainSpaces(line))) || [])
      if (title) into.row()
      if (title && /google ads/i.test(rest)) into.ignore('not-music')
      else if (title) history.add({ service, title: title.text, channel: channel?.text ?? '', url: title.url, at })
      service = ''
      links = []
      rest = ''
    }
    await readXml(file, 'html', {
      open(name, attributes) {
        if (name === 'div' && attributes.class?.includes('outer-cell')) {
          flush()
          inside = 'body'
        } else if (name === 'p' && attributes.class?.includes('mdl-typography--title')) inside = 'service'
        else if (name === 'a') {
          inside = 'link'
          if (links.length < 3) links.push({ url: attributes.href ?? '', text: '' })
        } else if (name === 'br' && rest.length < 4000) rest += '\n'
      },
      text(text) {
        if (inside === 'service' && service.length < 100) service += text
        else if (inside === 'link') {
          const link = links.at(-1)
          if (link && link.text.length < 2000) link.text += text
        } else if (rest.length < 4000) rest += text
      },
      close(name) {
        if (name === 'a' || name === 'p') inside = 'body'
      },
    })
    flush()
    history.end()
  },
}
