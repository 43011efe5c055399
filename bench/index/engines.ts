import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSharedIndex } from '../../src/matching/index/shared-index.ts'
import { Problem } from '../../src/taste/problem.ts'
import { dimensions, keyOf, rowOf } from './vectors.ts'

/** One way to search, with numbered rows. */
export interface Engine {
  readonly name: string
  /** Adds rows first to first + vectors.length / D - 1. */
  build(vectors: Float32Array, first: number): void
  insert(i: number, vector: Float32Array): void
  remove(i: number): void
  nearest(query: Float32Array, k: number): readonly number[]
  /** Makes searching more thorough; false when it cannot be. Absent: searching is exact. */
  tune?(effort: number): void
  close(): void
}

export async function ours(threads: number): Promise<Engine> {
  const index = await createSharedIndex(dimensions, { threads })
  const insert = (i: number, vector: Float32Array) =>
    void index.put({ key: keyOf(i), listener: `made-up:${i}`, vector, flags: 1 })
  return {
    name: `this index, ${threads} thread${threads > 1 ? 's' : ''}`,
    insert,
    build: (vectors, first) => eachRow(vectors, (row, i) => insert(first + i, row)),
    remove: (i) => void index.delete(keyOf(i)),
    nearest: (query, k) => index.nearest(query, { k, mask: 1 }).map(({ key }) => Number(key.slice(4))),
    close: () => index.close(),
  }
}

/** What both graphs are built with: their libraries' usual settings. */
const connectivity = 16
const effortOfBuild = 128

interface UsearchIndex {
  add(keys: bigint | BigUint64Array, vectors: Float32Array, threads: number): void
  remove(key: bigint): void
  search(vector: Float32Array, k: number, threads: number): { readonly keys: BigUint64Array }
  save(path: string): void
  load(path: string): void
}

/** https://github.com/unum-cloud/usearch: builds on `threads` threads. */
export function usearch(threads: number): Engine {
  const { Index } = peer('usearch') as { readonly Index: new (config: object) => UsearchIndex }
  const open = (effort: number) =>
    new Index({
      dimensions,
      metric: 'ip',
      quantization: 'f32',
      connectivity,
      expansion_add: effortOfBuild,
      expansion_search: effort,
      multi: false,
    })
  let index = open(64)
  return {
    name: 'usearch',
    build(vectors, first) {
      const keys = BigUint64Array.from({ length: vectors.length / dimensions }, (_, i) => BigInt(first + i))
      index.add(keys, vectors, threads)
    },
    insert: (i, vector) => index.add(BigInt(i), vector, 1),
    remove: (i) => index.remove(BigInt(i)),
    nearest: (query, k) => Array.from(index.search(query, k, 1).keys, Number),
    tune(effort) {
      const folder = mkdtempSync(join(tmpdir(), 'consonance-bench-'))
      const file = join(folder, 'index')
      index.save(file)
      index = open(effort)
      index.load(file)
      rmSync(folder, { recursive: true })
    },
    close() {},
  }
}

interface HnswlibIndex {
  initIndex(maxElements: number, m: number, efConstruction: number, seed: number, replaceDeleted: boolean): void
  addPoint(point: readonly number[], label: number, replaceDeleted: boolean): void
  markDelete(label: number): void
  searchKnn(query: readonly number[], k: number): { readonly neighbors: readonly number[] }
  setEf(effort: number): void
}

/** https://github.com/yoshoku/hnswlib-node: takes plain arrays; room for `capacity` rows. */
export function hnswlib(capacity: number): Engine {
  const { HierarchicalNSW } = peer('hnswlib-node') as {
    readonly HierarchicalNSW: new (space: string, dimensions: number) => HnswlibIndex
  }
  const index = new HierarchicalNSW('ip', dimensions)
  index.initIndex(capacity, connectivity, effortOfBuild, 100, true)
  const insert = (i: number, vector: Float32Array) => index.addPoint(Array.from(vector), i, true)
  return {
    name: 'hnswlib-node',
    insert,
    build: (vectors, first) => eachRow(vectors, (row, i) => insert(first + i, row)),
    remove: (i) => index.markDelete(i),
    nearest: (query, k) => index.searchKnn(Array.from(query), k).neighbors.toReversed(),
    tune: (effort) => index.setEf(effort),
    close() {},
  }
}

function eachRow(vectors: Float32Array, each: (row: Float32Array, i: number) => void): void {
  for (let i = 0; i < vectors.length / dimensions; i++) each(rowOf(vectors, i), i)
}

/** Installs the peers beside this file when they are not there: one of them is compiled. */
function peer(name: string): unknown {
  if (!existsSync(join(import.meta.dirname, 'node_modules', name))) {
    console.error('installing the peers in bench/index ...')
    const install = ['install', '--no-audit', '--no-fund', '--no-package-lock']
    const { status } = spawnSync('npm', install, { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0)
      throw new Problem('bench: the peers in bench/index could not be installed', {
        do: 'install a C++ compiler and Python, or leave them out with --only load,live,churn,bandwidth',
      })
  }
  return createRequire(join(import.meta.dirname, 'package.json'))(name)
}
