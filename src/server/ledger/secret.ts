import { createHash, randomBytes } from 'node:crypto'

/** A secret that is handed out once, and the hash by which it is known again. */
export interface Secret {
  /** 256 random bits. */
  readonly text: string
  readonly hash: string
}

export function secretOf(text: string = randomBytes(32).toString('base64url')): Secret {
  return { text, hash: createHash('sha256').update(text).digest('base64url') }
}

/** An id that nobody can guess: 128 random bits. */
export function opaqueId(): string {
  return randomBytes(16).toString('base64url')
}
