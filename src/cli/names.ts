import type { EvaluateOptions } from '../pipelines/evaluate.ts'
import type { Progress } from '../pipelines/progress.ts'
import { lastfmLimits } from '../services/lastfm.ts'
import { listenbrainzLimits } from '../services/listenbrainz.ts'
import { ServiceError } from '../services/service-error.ts'
import { Lastfm } from '../sources/lastfm/lastfm.ts'
import { ListenBrainz } from '../sources/listenbrainz/listenbrainz.ts'
import { type NameReader, type NameService, nameServices, parseNamed } from '../sources/names/name-reader.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import { serviceKeys, serviceOptions } from './services.ts'
import type { Settings } from './settings.ts'

/**
 * Readers of the services that people are known by name at. To be closed each.
 * @param wanted only these; one that is not switched on is an error then.
 * @throws Problem when Last.fm is wanted and there is no key; about what is wrong with the settings.
 */
export async function openNameReaders(
  dataFolder: string,
  settings: Settings,
  wanted: ReadonlySet<NameService> = new Set(nameServices),
): Promise<readonly NameReader[]> {
  const where = { dataFolder, settings }
  const keys = await serviceKeys(dataFolder)
  const readers: NameReader[] = []
  if (wanted.has('listenbrainz')) {
    const options = await serviceOptions('listenbrainz', listenbrainzLimits, where)
    readers.push(new ListenBrainz(options, { token: keys.listenbrainz }))
  }
  if (wanted.has('lastfm') && keys.lastfm)
    readers.push(new Lastfm(keys.lastfm, await serviceOptions('lastfm', lastfmLimits, where)))
  return readers
}

/** @throws Problem when one of the services is asked for and not switched on. */
export function checkNameReaders(readers: readonly NameReader[], wanted: ReadonlySet<NameService>): void {
  if (wanted.has('lastfm') && !readers.some(({ service }) => service === 'lastfm'))
    throw new Problem('Last.fm: there is no API key', { do: 'set LASTFM_API_KEY: docs/listenbrainz-lastfm.md' })
}

/**
 * Whom ListenBrainz finds similar to each of its listeners, as a baseline for finding friends. Who is unknown there is
 * left out.
 */
export async function similarUsersOf(
  dataFolder: string,
  settings: Settings,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<NonNullable<EvaluateOptions['told']>> {
  const options = await serviceOptions('listenbrainz', listenbrainzLimits, { dataFolder, settings })
  const client = new ListenBrainz(options, { token: (await serviceKeys(dataFolder)).listenbrainz })
  return {
    name: 'listenbrainz-similar',
    async ask(listeners) {
      const names = listeners.flatMap((listener) => {
        const named = parseNamed(listener)
        return named?.service === 'listenbrainz' ? [{ listener, name: named.name }] : []
      })
      using task = progress.start('asking ListenBrainz', { unit: 'listeners', total: names.length })
      const told = new Map<ListenerId, ReadonlyMap<ListenerId, number>>()
      try {
        for (const { listener, name } of names) {
          const similar = await client.similar(name, { signal }).catch((error: unknown) => {
            if (error instanceof ServiceError && error.kind === 'not-found') return undefined
            throw error
          })
          if (similar)
            told.set(listener, new Map(similar.map((one) => [`listenbrainz:${one.name}`, one.similarity] as const)))
          task.advance(1)
        }
        task.finish()
      } finally {
        await client.close()
      }
      return told
    },
  }
}
