import { createHash } from 'node:crypto'
import { buildCorpora, type Lookups } from '../features/build-corpus.ts'
import type { Corpus } from '../features/corpus.ts'
import { lookupsFor, storedRows } from '../features/load.ts'
import type { SplitPart } from '../store/feature-store.ts'
import { marksOf } from '../store/policy.ts'
import type { ListenerId } from '../taste/listener-id.ts'
import { Problem } from '../taste/problem.ts'
import type { Origin } from '../taste/provenance.ts'
import { selectListeners } from '../training/cut-corpus.ts'
import { readExclusions } from '../training/exclusions.ts'
import { fingerprint } from '../training/network/fingerprint.ts'
import { split, splitText } from '../training/split.ts'
import { storedFriends } from '../training/stored-friends.ts'
import type { TrainDeps, TrainOptions } from './train-options.ts'

/** Share of the listeners held out to evaluate a model before it is registered. */
export const validationShare = 0.1
/** Always the same listeners, whatever the seed of a model, so that models can be compared. */
export const splitSeed = 1
/** Taste is what two listeners have in common. */
export const leastListeners = 2

/** What a training reads: nothing of it is about an excluded listener but the split. */
export interface TrainingData {
  /** Everybody but the excluded. */
  readonly corpus: Corpus
  readonly parts: ReadonlyMap<ListenerId, SplitPart>
  readonly friends: ReadonlyMap<ListenerId, readonly ListenerId[]>
  /** Number of the store's last change before it was read. */
  readonly upToChange: number
  readonly marks: readonly string[]
  readonly notes: readonly string[]
}

/** @throws Problem when nobody may be trained on, or the exclusion list can't be read. */
export async function readTrainingData(
  { exclude }: Pick<TrainOptions, 'exclude'>,
  { store, progress, signal }: TrainDeps,
): Promise<TrainingData> {
  const excluded = exclude === undefined ? new Set<ListenerId>() : await readExclusions(exclude)
  const upToChange = await store.lastChange()
  const { listeners: total, bySource } = await store.counts()
  using task = progress.start('reading listeners', { unit: 'listeners', total })
  async function* rows() {
    for await (const row of storedRows(store, 'train', { exclude: excluded })) {
      signal?.throwIfAborted()
      task.advance(1)
      yield row
    }
  }
  const origins = new Set<Origin>()
  const [corpus] = (await buildCorpora([rows()], notingOrigins(lookupsFor(store, 'train'), origins))) as [Corpus]
  task.finish()
  const sources = new Set(corpus.sources)
  for (const { source, origin } of bySource) if (sources.has(source)) origins.add(origin as Origin)
  if (corpus.listeners.length < leastListeners)
    throw new Problem(`${corpus.listeners.length} of the ${total} stored listeners may be trained on`, {
      do:
        total - excluded.size < leastListeners
          ? 'import more listeners first'
          : 'shorten the list of excluded listeners, or see docs/data-terms.md for what may be trained on',
    })

  const storedExcluded: ListenerId[] = []
  for (const listener of excluded) if (await store.listener(listener)) storedExcluded.push(listener)
  const unknown = excluded.size - storedExcluded.length
  return {
    corpus,
    parts: split([...corpus.listeners, ...storedExcluded], { seed: splitSeed, validation: validationShare, excluded }),
    friends: await storedFriends(store),
    upToChange,
    marks: marksOf(origins),
    notes: unknown > 0 ? [`${unknown} of the ${excluded.size} excluded listeners are not stored.`] : [],
  }
}

/** Look-ups that remember where the genres and audio features that they told came from. */
function notingOrigins(store: Lookups, origins: Set<Origin>): Lookups {
  return {
    async artists(keys) {
      const found = await store.artists(keys)
      for (const artist of found) if (artist?.genres) origins.add(artist.genres.provenance.origin)
      return found
    },
    async tracks(keys) {
      const found = await store.tracks(keys)
      for (const track of found) if (track?.audio) origins.add(track.audio.provenance.origin)
      return found
    },
  }
}

/** The listeners of one part. */
export function listenersIn({ corpus, parts }: TrainingData, part: SplitPart): Corpus {
  return selectListeners(
    corpus,
    [...corpus.listeners.keys()].filter((row) => parts.get(corpus.listeners[row]!) === part),
  )
}

/** Of everything that may be trained or validated on, and of who is in which part. */
export function dataHash({ corpus, parts }: TrainingData): string {
  const used = new Map([...parts].filter(([, part]) => part !== 'excluded'))
  return createHash('sha256').update(fingerprint(corpus)).update(splitText(used)).digest('hex')
}
