import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Problem } from '../../taste/problem.ts'
import { DamagedBytes } from './bytes.ts'
import { fromWireError, storeProblem, toWireError } from './problems.ts'

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return assert.fail('nothing was thrown')
}

function saysOfStore(error: unknown): string {
  const problem = storeProblem(error, '/data/consonance.db')
  assert.ok(problem instanceof Problem, String(error))
  assert.ok(!problem.message.includes('\n'))
  assert.match(problem.message, /"\/data\/consonance\.db"/)
  return problem.message
}

test("SQLite's errors are told in one line with a way out", () => {
  const folder = mkdtempSync(join(tmpdir(), 'consonance-problems-'))
  const path = join(folder, 'x.db')
  const writer = new DatabaseSync(path, { timeout: 0 })
  writer.exec('PRAGMA page_size = 512; CREATE TABLE t (x)')
  const reader = new DatabaseSync(path, { readOnly: true })
  assert.match(saysOfStore(thrownBy(() => reader.exec('INSERT INTO t VALUES (1)'))), /can't be written; check/)
  writer.exec('PRAGMA max_page_count = 3')
  assert.match(saysOfStore(thrownBy(() => writer.exec('INSERT INTO t VALUES (zeroblob(9999))'))), /is full; free/)
  const rival = new DatabaseSync(path, { timeout: 0 })
  writer.exec('BEGIN IMMEDIATE')
  assert.match(saysOfStore(thrownBy(() => rival.exec('BEGIN IMMEDIATE'))), /busy .* try again/)
  for (const database of [writer, reader, rival]) database.close()
  const inFolder = () => new DatabaseSync(folder).exec('SELECT 1 FROM sqlite_schema')
  assert.match(saysOfStore(thrownBy(inFolder)), /can't be opened; check/)
  rmSync(folder, { recursive: true })
})

test("the system's errors too", () => {
  const error = (code: string) => Object.assign(new Error(`${code}: something, mkdir '/data'`), { code })
  for (const code of ['EACCES', 'EPERM', 'EROFS']) assert.match(saysOfStore(error(code)), /can't be written/)
  assert.match(saysOfStore(error('ENOSPC')), /is full/)
  assert.match(saysOfStore(error('ENOTDIR')), /not a folder/)
  assert.match(saysOfStore(new DamagedBytes('x')), /damaged/)
})

test('other errors stay what they are', () => {
  const defect = new TypeError('x is undefined')
  assert.equal(storeProblem(defect, '/data'), defect)
})

test('a problem is still one after it has crossed to another thread', () => {
  const crossed = (error: unknown) => fromWireError(structuredClone(toWireError(error)))
  const problem = crossed(new Problem('it rains', { do: 'take a coat', exitCode: 2 }))
  assert.ok(problem instanceof Problem)
  assert.deepEqual([problem.message, problem.exitCode], ['it rains; take a coat', 2])
  const defect = crossed(new TypeError('x'))
  assert.ok(defect instanceof TypeError)
})
