import type { Page, PageQuery } from './feature-store.ts'

/**
 * Walks over all rows of a paged read. The next page is fetched while this one is worked on.
 *
 * @example for await (const profile of scan((query) => store.profiles('train', query))) ...
 */
export async function* scan<T>(read: (query: PageQuery) => Promise<Page<T>>, limit?: number): AsyncGenerator<T> {
  const ask = (after?: string) => read({ ...(after !== undefined && { after }), ...(limit !== undefined && { limit }) })
  let coming: Promise<Page<T>> | undefined = ask()
  while (coming) {
    const page: Page<T> = await coming
    coming = page.next === undefined ? undefined : ask(page.next)
    // Whoever stops early never awaits the page that is on its way.
    coming?.catch(() => {})
    yield* page.rows
  }
}
