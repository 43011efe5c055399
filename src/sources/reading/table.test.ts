import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTable, type TableOptions } from './table.ts'

async function readAll(text: string | Buffer, options: Partial<TableOptions> = {}): Promise<readonly string[]> {
  const bytes = Buffer.from(text as string)
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 11) yield bytes.subarray(at, at + 11)
  }
  const all: string[] = []
  for await (const rows of readTable(chunks(), { columns: ['id', 'name'], ...options })) {
    for (const row of rows) {
      all.push('reason' in row ? `${row.place}: ${row.reason}` : `${row.cell('id')}=${row.cell('name')}`)
    }
  }
  return all
}

test('reads columns in any order, separated by tabs, commas or semicolons', async () => {
  assert.deepEqual(await readAll('name\tid\tmore\nA, "B"\t1\tx\r\n\r\nC\t2\t\n'), ['1=A, "B"', '2=C'])
  assert.deepEqual(await readAll('\ufeff"ID",extra,Name\n1,,A\n2,,"B, ""C"""\n'), ['1=A', '2=B, "C"'])
  assert.deepEqual(await readAll('id;name\n1;A,B\n'), ['1=A,B'])
})

test('a quoted cell may go over several lines', async () => {
  assert.deepEqual(await readAll('id,name\n1,"A\nB"\n2,C\n'), ['1=A\nB', '2=C'])
})

test('a forgotten quote costs its own line only', async () => {
  const rows = Array.from({ length: 200 }, (_, index) => `${index},name ${index}`)
  rows[3] = '3,"forgotten'
  rows[5] = '5,"too'
  const read = await readAll(['id,name', ...rows].join('\n'))
  assert.equal(read.length, 200)
  assert.equal(read.filter((row) => row.includes('=')).length, 198)
  assert.deepEqual([read[3], read[5]], ['line 5: a quote is not closed', 'line 7: a quote is not closed'])
})

test('counts rows of another width and lines that are not UTF-8', async () => {
  assert.deepEqual(await readAll('id\tname\n1\n2\tB\tC\n3\tD\n'), [
    'line 2: has 1 columns, the header line has 2',
    'line 3: has 3 columns, the header line has 2',
    '3=D',
  ])
  const latin1 = Buffer.from('id\tname\n1\tfran\u00e7ais\n2\tB\n', 'latin1')
  assert.deepEqual(await readAll(latin1), ['line 2: not UTF-8', '2=B'])
  assert.deepEqual(await readAll(latin1, { latin1: true }), ['1=français', '2=B'])
})

test('says which column is missing and which there are', async () => {
  await assert.rejects(readAll('id,title\n1,A\n'), /the table has no column "name"; it has "id", "title"/)
})
