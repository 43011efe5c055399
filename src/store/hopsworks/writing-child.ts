import { profileOf } from '../conformance/place.ts'
import { openStore } from '../open.ts'

/** Stores listeners `PREFIX:0`, ... one after the other, until it is killed, and says when one is acknowledged. For tests. */
const [url, data, prefix] = process.argv.slice(2) as [string, string, string]
const { store } = await openStore(url, data, {}, { create: true })
for (let i = 0; ; i++) {
  await store.putProfiles([profileOf(`${prefix}:${i}`, [{ artists: [`Artist ${i}`, 'Low'], track: `Track ${i % 5}` }])])
  process.stdout.write(`${prefix}:${i}\n`)
}
