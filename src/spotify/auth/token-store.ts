import { writePrivately } from '../private-file.ts'
import { asFields, asList, asNumber, asText } from '../shape.ts'
import { readPrivateFile } from './private-json.ts'

/** What remains of a sign-in. */
export interface SignIn {
  readonly accessToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  readonly refreshToken: string
  /** When the person agreed, in milliseconds since 1970: six months later it ends, whatever happens. */
  readonly authorizedAt: number
  readonly scopes: readonly string[]
}

/** Where a sign-in is kept. */
export interface TokenStore {
  load(): Promise<SignIn | undefined>
  /** Replaces the former one in one step: after a crash there is the old one or the new one. */
  save(signIn: SignIn): Promise<void>
  clear(): Promise<void>
}

/** For as long as the process lives. */
export function memoryTokenStore(signIn?: SignIn): TokenStore {
  let kept = signIn
  return {
    async load() {
      return kept
    },
    async save(next) {
      kept = next
    },
    async clear() {
      kept = undefined
    },
  }
}

/** Under `signIn` in a JSON file that only its owner may read; what else is in the file stays. */
export function fileTokenStore(path: string): TokenStore {
  const write = async (signIn: SignIn | undefined) => {
    const { signIn: _, ...rest } = await readPrivateFile(path)
    await writePrivately(path, `${JSON.stringify({ ...rest, ...(signIn && { signIn }) }, undefined, 2)}\n`)
  }
  return {
    async load() {
      return readSignIn((await readPrivateFile(path)).signIn)
    },
    save: write,
    clear: () => write(undefined),
  }
}

function readSignIn(value: unknown): SignIn | undefined {
  const fields = asFields(value) ?? {}
  const accessToken = asText(fields.accessToken)
  const refreshToken = asText(fields.refreshToken)
  const expiresAt = asNumber(fields.expiresAt)
  const authorizedAt = asNumber(fields.authorizedAt)
  const scopes = (asList(fields.scopes) ?? []).filter((scope) => typeof scope === 'string')
  if (accessToken === undefined || refreshToken === undefined) return undefined
  if (expiresAt === undefined || authorizedAt === undefined) return undefined
  return { accessToken, expiresAt, refreshToken, authorizedAt, scopes }
}
