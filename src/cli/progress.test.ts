import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createProgress } from './progress.ts'

/** A stream that remembers, and a clock that is set by hand. */
function fakeOutput(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120, cursorTo() {}, clearLine() {} })
  let now = 0
  return {
    output: { stream, clock: () => now },
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    text: () => String(stream.read() ?? ''),
  }
}

test('piped output gets at most one line a second, with rate and time left', () => {
  const fake = fakeOutput(false)
  using task = createProgress({ json: false }, fake.output).start('importing', { unit: 'entries', total: 4000 })
  for (let step = 0; step < 20; step++) {
    fake.pass(100)
    task.advance(100, `${step} listeners`)
  }
  task.finish()
  assert.deepEqual(fake.text().trim().split('\n'), [
    'importing: 25 %  1,000 of 4,000 entries, 1,000 entries/s, 3.0 s left  9 listeners',
    'importing: 50 %  2,000 of 4,000 entries, 1,000 entries/s, 2.0 s left  19 listeners',
    'importing: done, 2,000 entries in 2.0 s, 19 listeners',
  ])
})

test('JSON lines carry the same', () => {
  const fake = fakeOutput(false)
  using task = createProgress({ json: true }, fake.output).start('importing', { unit: 'bytes', total: 100 })
  fake.pass(1000)
  task.advance(25)
  task.finish('7 listeners')
  const [running, done] = fake
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const common = { progress: 'importing', unit: 'bytes', done: 25, total: 100, seconds: 1, rate: 25, secondsLeft: 3 }
  assert.deepEqual(running, { ...common, state: 'running' })
  assert.deepEqual(done, { ...common, state: 'done', note: '7 listeners' })
})

test('a terminal gets one bar and one closing line', () => {
  const fake = fakeOutput(true)
  using task = createProgress({ json: false }, fake.output).start('importing', { unit: 'bytes', total: 2e7 })
  fake.pass(2000)
  task.advance(1e7)
  task.finish()
  task.finish()
  const text = fake.text()
  assert.match(text, /importing {2}\.{20} {2}0 %/)
  assert.match(text, /importing: done, 10 MB in 2\.0 s\n$/)
  assert.equal(text.split('\n').filter((line) => line.includes('done')).length, 1)
})

test('work of unknown size shows no share, and work that breaks off says so', () => {
  const fake = fakeOutput(false)
  {
    using task = createProgress({ json: false }, fake.output).start('reading', { unit: 'listeners' })
    fake.pass(2000)
    task.advance(3)
  }
  assert.deepEqual(fake.text().trim().split('\n'), [
    'reading: 3 listeners, 1.5 listeners/s',
    'reading: stopped, 3 listeners in 2.0 s',
  ])
})

test('a note is a line of its own: for a person, for a script, and within a bar', () => {
  const piped = fakeOutput(false)
  createProgress({ json: false }, piped.output).note('it went without')
  assert.equal(piped.text(), 'consonance: it went without\n')
  const json = fakeOutput(false)
  createProgress({ json: true }, json.output).note('it went without')
  assert.deepEqual(JSON.parse(json.text()), { note: 'it went without' })
  const terminal = fakeOutput(true)
  const progress = createProgress({ json: false }, terminal.output)
  using task = progress.start('training', { unit: 'epochs', total: 4 })
  task.advance(1)
  terminal.text()
  progress.note('it went without')
  const [before, after] = terminal.text().split('consonance: it went without\n')
  assert.ok(before!.endsWith('\x1b[2K'), 'the bar is cleared')
  assert.ok(after!.startsWith('\x1b7'), 'and begins below')
  assert.match(after!, /training {2}#{5}\.{15} {2}25 %/)
})
