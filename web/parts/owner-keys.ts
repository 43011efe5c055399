const storageKey = 'owner-keys'

type Keys = { readonly [jobOrProfile: string]: string }

/** Keeps the key of a profile that was brought, which is told only once, while the tab is open. */
export function keepOwnerKey(jobOrProfile: string, owner: string): void {
  sessionStorage.setItem(storageKey, JSON.stringify({ ...keys(), [jobOrProfile]: owner }))
}

export function ownerKeyOf(jobOrProfile: string): string | undefined {
  return keys()[jobOrProfile]
}

function keys(): Keys {
  return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}')
}
