import { workerData } from 'node:worker_threads'
import { refresh } from '../../pipelines/refresh.ts'
import { openStore } from '../../store/open.ts'
import { notedProgress } from '../threads/progress-notes.ts'
import { type Call, serveCalls } from '../threads/serve-calls.ts'
import type { StorePlace } from './store-place.ts'

/** The thread that describes everybody anew, which takes all of a processor for a while. */
const { url, dataFolder, settings } = workerData as StorePlace
const { store, registry, close } = await openStore(url, dataFolder, settings, { create: false })

serveCalls(
  {
    refresh: async (_: readonly [], { signal, note }: Call) => {
      await refresh({ store, registry, signal, progress: notedProgress(note) })
    },
  },
  close,
)
