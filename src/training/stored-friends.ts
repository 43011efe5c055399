import type { FeatureStore } from '../store/feature-store.ts'
import type { ListenerId } from '../taste/listener-id.ts'

/** The friends of every stored listener who has any, among those who may be trained on. */
export async function storedFriends(store: FeatureStore): Promise<ReadonlyMap<ListenerId, readonly ListenerId[]>> {
  const friends = new Map<ListenerId, ListenerId[]>()
  const add = (one: ListenerId, other: ListenerId) => {
    const known = friends.get(one)
    if (known) known.push(other)
    else friends.set(one, [other])
  }
  let after: string | undefined
  do {
    const page = await store.friends('train', after === undefined ? {} : { after })
    for (const [one, other] of page.rows) {
      add(one, other)
      add(other, one)
    }
    after = page.next
  } while (after !== undefined)
  return friends
}
