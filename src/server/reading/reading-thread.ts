import { readFile } from 'node:fs/promises'
import { workerData } from 'node:worker_threads'
import { z } from 'zod'
import { itemOrReason } from '../../sources/profiles/item.ts'
import { recognise } from '../../sources/recognise.ts'
import { openStore } from '../../store/open.ts'
import { type Consent, noConsent } from '../../taste/consent.ts'
import type { Item } from '../../taste/item.ts'
import { Problem } from '../../taste/problem.ts'
import { consent } from '../contract/common.ts'
import { mostItems } from '../contract/job.ts'
import type { StorePlace } from '../matcher/store-place.ts'
import { ApiProblem } from '../problems.ts'
import { type Call, serveCalls } from '../threads/serve-calls.ts'
import type { Brought, BroughtBy, ReadingNote } from './reader.ts'

/**
 * The thread that reads what people bring: whatever is in a file, it costs this thread and its memory only, and brings
 * one listener and nothing else into the store.
 */
const { url, dataFolder, settings } = workerData as StorePlace
const { store, close } = await openStore(url, dataFolder, settings, { create: false })

const itemsRequest = z.object({
  items: z.array(z.unknown()).min(1).max(mostItems),
  name: z.string().max(200).optional(),
  consent: consent.partial().optional(),
})

async function items([path, by]: [string, BroughtBy], { signal }: Call): Promise<Brought> {
  const request = itemsRequest.safeParse(parsed(await readFile(path, 'utf8')))
  if (!request.success) throw new ApiProblem('invalid-request', z.prettifyError(request.error).slice(0, 500))
  const good: Item[] = []
  const reasons = new Map<string, number>()
  for (const value of request.data.items) {
    const item = itemOrReason(value)
    if (typeof item === 'string') reasons.set(item, (reasons.get(item) ?? 0) + 1)
    else good.push(item)
  }
  signal.throwIfAborted()
  const notRead = [...reasons].slice(0, 20).map(([reason, count]) => ({ reason: `${count} of the items: ${reason}` }))
  if (good.length === 0) throw new ApiProblem('profile-empty', notRead[0]?.reason)
  const named = { ...by, ...(request.data.name !== undefined && { name: request.data.name }) }
  await put(good, named, { ...noConsent, ...withoutUndefined(request.data.consent ?? {}) })
  return { items: good.length, sentences: [], notRead }
}

async function files([paths, by]: [readonly string[], BroughtBy], { signal, note }: Call): Promise<Brought> {
  const { recognised } = await recognise(paths)
  const found: Item[] = []
  const listeners = new Set<string>()
  const sentences: string[] = []
  const notRead: { name?: string; reason: string }[] = []
  let broken = 0
  for (const { path, source } of recognised) {
    let before = 0
    for await (const event of source.read(path, { now: by.now })) {
      signal.throwIfAborted()
      if (event.kind === 'progress') {
        note({ bytes: event.bytes - before, of: event.of } satisfies ReadingNote)
        before = event.bytes
      } else if (event.kind === 'reading') sentences.push(...event.report.sentences)
      else if (event.kind === 'broken') {
        broken++
        if (notRead.length < 20) notRead.push({ reason: event.reason })
      } else if (event.kind === 'profile') {
        // Files of one person have ids of their own; ids that are in a file name somebody.
        listeners.add(event.profile.id.startsWith('file:') ? 'file' : event.profile.id)
        if (listeners.size > 1)
          throw new ApiProblem(
            'file-not-readable',
            'There are several listeners in these files. Bring those of one person.',
          )
        if (found.length + event.profile.items.length > mostItems)
          throw new ApiProblem(
            'file-bomb',
            `There is more in these files than ${mostItems.toLocaleString('en-US')} things that somebody listens to.`,
          )
        for (const item of event.profile.items) found.push(item)
      }
    }
  }
  if (found.length === 0) throw new ApiProblem('profile-empty', 'There is no music in these files.')
  await put(found, by, by.consent)
  if (broken > notRead.length) sentences.push(`${broken.toLocaleString('en-US')} records could not be read.`)
  return { items: found.length, sentences, notRead }
}

async function put(items: readonly Item[], { listener, name, now }: BroughtBy, consent: Consent): Promise<void> {
  const provenance = { origin: 'own-export', source: 'upload', readAt: now } as const
  await store.putProfiles([{ id: listener, ...(name !== undefined && { name }), provenance, consent, items }])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiProblem('invalid-request', 'The request is not JSON.')
  }
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<T>
}

/** What a reader says of a file names its path here, which is nobody's business. */
function withoutPaths(work: (args: never, call: Call) => Promise<Brought>): typeof work {
  return async (args, call) => {
    try {
      return await work(args, call)
    } catch (error) {
      if (!(error instanceof Problem) || error instanceof ApiProblem) throw error
      const message = error.message.replaceAll(/"[^"]*\/([^"/]*)"/g, '"$1"')
      throw new ApiProblem('file-not-readable', message)
    }
  }
}

serveCalls({ items: withoutPaths(items as never), files: withoutPaths(files as never) }, close)
