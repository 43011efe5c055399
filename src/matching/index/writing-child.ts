import { profileOf } from '../../store/conformance/place.ts'
import { openStore } from '../../store/open.ts'
import { StoreFollower } from './follow-store.ts'
import { createSharedIndex } from './shared-index.ts'

/**
 * A process for tests, to be killed at any moment: writes listeners a:<first>, a:<first + 1>..., each with an embedding that its own
 * index then has, changes every fifth and erases every third again, and says what is durable.
 */
if (process.argv[2] === 'write') await write(process.argv[3]!, Number(process.argv[4]))

async function write(folder: string, first: number): Promise<void> {
  const { store } = await openStore(undefined, folder, {}, { create: true })
  const follower = await StoreFollower.start(store, 1, await createSharedIndex(16, { threads: 1 }))
  console.log('ready')
  for (let i = first; ; i++) {
    await store.putProfiles([profileOf(`a:${i}`, [{ artists: ['Low'] }])])
    const { key } = (await store.listener(`a:${i}`))!
    await store.putEmbeddings(1, [{ key, vector: numbered(i) }])
    console.log(`put ${i}`)
    if (i % 5 === 0) await store.putEmbeddings(1, [{ key, vector: numbered(i + 0.5) }])
    await follower.sync()
    if (follower.index.nearest(numbered(i + (i % 5 === 0 ? 0.5 : 0)), { k: 1 })[0]?.key !== key)
      console.log(`lost ${i}`)
    if (i % 3 === 0) {
      await store.erase(`a:${i}`)
      console.log(`erased ${i}`)
    }
  }
}

/** A unit vector of its own for each number. */
export function numbered(i: number): Float32Array {
  const angle = i * 2.399963
  const vector = new Float32Array(16)
  vector[0] = 0.8 * Math.cos(angle)
  vector[1] = 0.8 * Math.sin(angle)
  vector[2] = 0.6 * Math.cos(i / 1000)
  vector[3] = 0.6 * Math.sin(i / 1000)
  return vector
}
