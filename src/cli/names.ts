import { lastfmLimits } from '../services/lastfm.ts'
import { listenbrainzLimits } from '../services/listenbrainz.ts'
import { Lastfm } from '../sources/lastfm/lastfm.ts'
import { ListenBrainz } from '../sources/listenbrainz/listenbrainz.ts'
import { type NameReader, type NameService, nameServices } from '../sources/names/name-reader.ts'
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
