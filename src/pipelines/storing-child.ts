import { openStore } from '../store/open.ts'
import type { Profile } from '../taste/listener.ts'
import { LiveMatcher } from './live-matcher.ts'
import { playedArtists } from './small-store.ts'

const tastes = playedArtists(40)

/**
 * A process for tests, to be killed at any moment: stores listeners new:<first>, new:<first + 1>..., asks who is closest to each, so that
 * they are described, embedded and in its index, erases every third again, and says what is durable.
 */
if (process.argv[2] === 'store') await storeListeners(process.argv[3]!, Number(process.argv[4]))

async function storeListeners(folder: string, first: number): Promise<void> {
  const opened = await openStore(undefined, folder, {}, { create: false })
  const live = await LiveMatcher.open(opened)
  for (let i = first; ; i++) {
    await opened.store.putProfiles([newListener(i)])
    console.log(`stored ${i}`)
    await live.match({ listener: `new:${i}` }, 3)
    console.log(`indexed ${i}`)
    if (i % 3 > 0) continue
    await opened.store.erase(`new:${i}`)
    console.log(`erased ${i}`)
  }
}

export function newListener(i: number): Profile {
  return { ...tastes[i % tastes.length]!, id: `new:${i}` }
}
