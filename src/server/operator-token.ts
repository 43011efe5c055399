import { readFile, stat } from 'node:fs/promises'
import { Problem } from '../taste/problem.ts'

/** Fewer characters can be guessed. */
const least = 16

/**
 * What the operator proves with who they are: `CONSONANCE_OPERATOR_TOKEN`, or else a file that only they may read.
 * Undefined where neither is there: then nobody is the operator.
 * @throws Problem when others may read the file, or the token is short
 */
export async function readOperatorToken(
  env: Readonly<Record<string, string | undefined>>,
  file: string,
): Promise<string | undefined> {
  const stated = env.CONSONANCE_OPERATOR_TOKEN?.trim()
  if (stated) return checked(stated, 'CONSONANCE_OPERATOR_TOKEN')
  const found = await stat(file).catch(() => undefined)
  if (!found) return undefined
  if ((found.mode & 0o077) !== 0) throw new Problem(`serve: others may read "${file}"`, { do: `chmod 600 "${file}"` })
  return checked((await readFile(file, 'utf8')).trim(), `"${file}"`)
}

function checked(token: string, where: string): string {
  if (!new RegExp(`^[\\w-]{${least},500}$`).test(token))
    throw new Problem(`serve: the operator's token in ${where} is not one`, {
      do: `use ${least} letters, digits, - and _ or more, such as openssl rand -hex 32 makes`,
    })
  return token
}
