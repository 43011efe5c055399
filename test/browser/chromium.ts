import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packed = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin')
const cache = join(import.meta.dirname, '../../node_modules/.cache')

export interface Chromium {
  readonly executable: string
  /** To be set for its process. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * The Chromium that npm installed, unpacked once per version below node_modules/.cache. Where the machine lacks the
 * libraries it needs, such as libnss3, those that come with it are used.
 */
export async function chromium(): Promise<Chromium> {
  const { version } = JSON.parse(await readFile(join(packed, '../package.json'), 'utf8')) as { version: string }
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) await unpack(folder)
  const executable = join(folder, 'chromium')
  const environment = { FONTCONFIG_PATH: join(folder, 'fonts') }
  if (!lacksLibraries(executable)) return { executable, environment }
  return { executable, environment: { ...environment, LD_LIBRARY_PATH: join(folder, 'al2023/lib') } }
}

/** Several processes may do so at once: each unpacks apart, the first to finish wins. */
async function unpack(folder: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const apart = await mkdtemp(`${folder}-`)
  const { TMPDIR } = process.env
  process.env.TMPDIR = apart // where the package unpacks to
  try {
    const { inflate } = await import('@sparticuz/chromium')
    for (const part of ['chromium.br', 'fonts.tar.br', 'al2023.tar.br']) await inflate(join(packed, part))
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  await rename(apart, folder).catch(() => rm(apart, { recursive: true, force: true }))
}

function lacksLibraries(executable: string): boolean {
  return spawnSync('ldd', [executable], { encoding: 'utf8' }).stdout?.includes('not found') ?? false
}
