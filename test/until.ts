import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

/** Far beyond what anything takes: whatever has not come by then does not come. */
const longest = 120_000

/** Waits for what others bring about, and fails where it does not come, instead of waiting for ever. @param what is waited for */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const from = performance.now()
  while (!(await isSo())) {
    assert.ok(performance.now() - from < longest, `waited in vain for ${what}`)
    await sleep(20)
  }
}
