import type { PolicySettings } from '../../store/policy.ts'

/** What a thread needs to open the store for itself. */
export interface StorePlace {
  readonly url: string | undefined
  readonly dataFolder: string
  readonly settings: PolicySettings
}
