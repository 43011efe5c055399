/**
 * The other process of `erase.test.ts`: holds the store of a data folder open and reads all of it again and again, saying
 * on stdout after each round how many listeners there are, until its standard input ends.
 *
 *     node test/open-store.ts DATA
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { contentOf, withStore } from './store-content.ts'

const [data] = process.argv.slice(2)
if (!data) throw new Error('open-store: DATA')

let open = true
process.stdin.on('end', () => {
  open = false
})
process.stdin.resume()

await withStore(data, async (store) => {
  while (open) {
    const { profiles } = await contentOf(store)
    process.stdout.write(`${profiles.size}\n`)
    await sleep(5)
  }
})
