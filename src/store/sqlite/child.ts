import type { Profile } from '../../taste/listener.ts'
import { profileOf } from '../conformance/place.ts'
import { openStore } from '../open.ts'

/**
 * A process beside the test's, for tests. `child.ts write FOLDER PREFIX FROM TO`: puts profiles in rounds, erases one
 * now and then and registers models, and prints what the store has acknowledged. `child.ts hold FOLDER`: reads until
 * its input ends.
 */
const [task, folder = '', prefix = '', from = '0', to = '0'] = process.argv.slice(2)

/** Profile `i` of a prefix; neighbours share artists and tracks. */
export function childProfile(prefix: string, i: number): Profile {
  return profileOf(`${prefix}:${i}`, [
    { artists: [`Artist ${i % 7}`, `Rare ${i}`], track: `Track ${i % 11}`, playlist: 'p' },
    { artists: [`Artist ${i % 5}`], track: `Rare track ${i}`, ids: { spotify: `${prefix}${i}` } },
    { artists: [`Both ${i}`], plays: i + 1 },
  ])
}

export const inRound = 8
/** The listener whom a round erases. */
export const erasedBy = (round: number) => round * inRound + 3

const tell = (line: string) => process.stdout.write(`${line}\n`)

async function write(): Promise<void> {
  const { store, registry, close } = await openStore(undefined, folder, {}, { create: true })
  for (let round = Number(from); round < Number(to); round++) {
    tell(`round ${round}`)
    const numbers = Array.from({ length: inRound }, (_, i) => round * inRound + i)
    await Promise.all(
      numbers.map(async (i) => {
        const [outcome] = await store.putProfiles([childProfile(prefix, i)])
        tell(`${outcome} ${i}`)
      }),
    )
    if (round % 3 === 0) {
      await store.erase(`${prefix}:${erasedBy(round)}`)
      tell(`erased ${erasedBy(round)}`)
    }
    if (round % 4 === 0) {
      const card = { kind: 'x', trainedAt: round, hash: 'x', metrics: {}, marks: [], configuration: {} }
      const files = new Map(['a', 'b'].map((name) => [name, new Uint8Array(200_000).fill(round)]))
      tell(`model ${await registry.register(card, files, new Map([[`${prefix}:${numbers[0]}`, 'train']]))}`)
    }
  }
  await close()
}

async function hold(): Promise<void> {
  const { store, close } = await openStore(undefined, folder, {}, { create: false })
  let ended = false
  process.stdin.on('end', () => {
    ended = true
  })
  process.stdin.resume()
  tell('open')
  while (!ended) {
    await store.profiles('keep', { limit: 20 })
    await store.changes(0)
    await store.putCandidates([{ id: 'spotify:x', foundIn: 'x', foundAt: 1, state: 'read' }])
  }
  await close()
}

if (task === 'write') await write()
if (task === 'hold') await hold()
