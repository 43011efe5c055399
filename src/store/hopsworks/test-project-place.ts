import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inflateSync } from 'node:zlib'
import type { LocalHopsworks } from '../../../test/hopsworks/fast/local-hopsworks.ts'
import type { Place } from '../conformance/place.ts'
import { type OpenStore, openStore } from '../open.ts'
import { documentGroups } from './mapping.ts'

export interface ProjectPlace extends Place {
  readonly folder: string
  /** Of this place's store. */
  readonly url: string
  /** Its data folders, one for each machine. */
  readonly machines: readonly string[]
  /** What the project holds of it, online and in the vector indexes; and a machine's files, by default the first one's. */
  bytes(machine?: string): Promise<Buffer>
  /** Asserts that the project holds every document that counts on a machine that has followed, each once, and nothing else. */
  assertRecorded(machine: string): void
}

let places = 0

/**
 * A store of its own in the project of a local Hopsworks, which tests share. Whoever opens it is another machine, with a
 * data folder of its own.
 */
export async function projectPlace(
  local: LocalHopsworks,
  options: Readonly<Record<string, string>> = {},
): Promise<ProjectPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-hopsworks-'))
  const ca = join(folder, 'ca.pem')
  await writeFile(ca, local.ca)
  process.env.CONSONANCE_HOPSWORKS_KEY = local.apiKey
  const { kafka, opensearch, rondb, mysql } = local.login.services
  const name = `place${++places}`
  const query = new URLSearchParams({ name, ca, kafka: kafka.join(','), opensearch, rondb, mysql, ...options })
  const url = `hopsworks://${local.host}:${local.port}/${local.project}?${query}`
  const opened: OpenStore[] = []
  const machines: string[] = []
  return {
    folder,
    url,
    machines,
    async open({ settings = {}, clock } = {}) {
      const data = join(folder, `machine${machines.length + 1}`)
      machines.push(data)
      const store = await openStore(url, data, settings, { create: true, ...(clock && { clock }) })
      opened.push(store)
      return store
    },
    async bytes(machine = machines[0]!) {
      const vectors = ['embeddings_v1', 'embeddings_v2']
      const rows = [...documentGroups, 'head', ...vectors].flatMap((group) => online(local, `${name}_${group}`))
      return Buffer.concat([...rows, ...(await filesOf(machine))])
    },
    assertRecorded(machine) {
      for (const group of documentGroups) {
        const rows = local.online(`${name}_${group}`, 1).filter(({ parts }) => parts !== 0)
        const { kept, dead } = numbersIn(machine, group)
        const numbers = new Set(rows.map(({ n }) => n as number))
        const counted = rows.filter(({ n }) => kept.has(n as number)).map((row) => `${row.document} ${row.part}`)
        assert.equal(new Set(counted).size, counted.length, `twice in ${group}`)
        assert.deepEqual(
          [...kept].filter((n) => !numbers.has(n)),
          [],
          `missing in ${group}`,
        )
        assert.deepEqual(
          [...numbers].filter((n) => !kept.has(n) && !dead.has(n)),
          [],
          `too much in ${group}`,
        )
      }
    },
    async remove() {
      for (const store of opened) await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Of the rows that a machine's mirror knows of: those that count, and those that are superseded and may still be there. */
function numbersIn(machine: string, group: string) {
  const database = new DatabaseSync(join(mirrorIn(machine), 'consonance.db'), { readOnly: true })
  try {
    const documents = database.prepare('SELECT n, parts FROM replica_documents WHERE grp = ?').all(group)
    const dead = database.prepare('SELECT n FROM replica_dead WHERE grp = ?').all(group)
    const kept = (documents as { n: number; parts: number }[]).flatMap(({ n, parts }) =>
      Array.from({ length: parts }, (_, i) => n + i),
    )
    return { kept: new Set(kept), dead: new Set(dead.map(({ n }) => n as number)) }
  } finally {
    database.close()
  }
}

/** The folder of the only mirror of a machine. */
export function mirrorIn(machine: string): string {
  const folder = join(machine, 'hopsworks')
  return join(folder, readdirSync(folder)[0]!)
}

/** Each value as it is, documents inflated. */
function online(local: LocalHopsworks, group: string): readonly Buffer[] {
  let rows: ReturnType<LocalHopsworks['online']>
  try {
    rows = local.online(group, 1)
  } catch {
    return []
  }
  return rows.flatMap((row) =>
    Object.values(row).map((value) => {
      if (!Buffer.isBuffer(value)) return Buffer.from(`${value}\n`)
      return value[0] === 0x78 ? inflateSync(value) : value
    }),
  )
}

/** Names and contents of all files in a folder. */
export async function filesOf(folder: string): Promise<readonly Buffer[]> {
  const found: Buffer[] = []
  for (const name of await readdir(folder, { recursive: true })) {
    found.push(Buffer.from(`${name}\n`))
    const path = join(folder, name)
    if ((await stat(path)).isFile()) found.push(await readFile(path))
  }
  return found
}
