import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { childProfile, erasedBy, inRound } from './child.ts'
import { databasePath } from './connection.ts'
import { assertConsistent } from './consistency.ts'
import { type FolderPlace, folderPlace } from './folder-place.ts'

const childFile = join(import.meta.dirname, 'child.ts')

function start(...args: readonly (string | number)[]): ChildProcess {
  return spawn(process.execPath, [childFile, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function linesOf(child: ChildProcess, each: (line: string) => void = () => {}): Promise<string[]> {
  const lines: string[] = []
  const ended = new Promise((resolve) => child.once('close', resolve))
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    lines.push(line)
    each(line)
  }
  await ended
  return lines
}

async function inPlace(run: (place: FolderPlace) => Promise<void>): Promise<void> {
  const place = await folderPlace()
  try {
    await run(place)
  } finally {
    await place.remove()
  }
}

test('kill -9 at random moments: everything acknowledged is there, and the work can go on', () =>
  inPlace(async (place) => {
    const rounds = 30
    const acknowledged = new Set<number>()
    const erased = new Set<number>()
    let models = 0
    let next = 0
    for (let attempt = 0; next < rounds; attempt++) {
      const child = start('write', place.folder, 'a', next, rounds)
      const mercy = attempt >= 4
      const lines = await linesOf(child, (line) => {
        if (!mercy && /^added/.test(line) && !child.killed)
          setTimeout(() => child.kill('SIGKILL'), 150 * Math.random() ** 2).unref()
      })
      for (const line of lines) {
        const [what, number] = line.split(' ') as [string, string]
        if (what === 'round') next = Number(number)
        if (what === 'added' || what === 'unchanged') acknowledged.add(Number(number))
        if (what === 'erased') erased.add(Number(number))
        if (what === 'model') models = Number(number)
      }
      if (child.exitCode === 0) next = rounds
      if (!existsSync(databasePath(place.folder))) continue
      const { store, registry, close } = await place.open()
      for (const i of acknowledged) {
        const profile = await store.profile(`a:${i}`, 'keep')
        // The erasure of this round may be done and not acknowledged, and the next attempt puts the profile again.
        const inDoubt = i === erasedBy(Math.floor(i / inRound)) && Math.floor(i / inRound) >= next - 1
        if (erased.has(i) && !inDoubt) assert.equal(profile, undefined, `a:${i} was erased`)
        else if (!inDoubt)
          assert.deepEqual(
            profile?.playlists.map(({ entries }) => entries.length),
            [1, 2],
            `a:${i} was acknowledged`,
          )
      }
      for (let version = 1; version <= models; version++) assert.equal((await registry.files(version)).size, 2)
      await close()
      assertConsistent(place.folder)
    }
    const { store, registry } = await place.open()
    const expected = rounds * inRound - Math.ceil(rounds / 3)
    assert.equal((await store.counts()).listeners, expected)
    const versions = (await registry.models()).map(({ version }) => `v${version}`)
    // Nothing that was begun in a killed process is left, once another model was registered.
    assert.deepEqual(readdirSync(join(place.folder, 'models')).sort(), versions.sort())
  }))

test('two processes write at once', () =>
  inPlace(async (place) => {
    const children = ['both', 'both', 'other'].map((prefix) => start('write', place.folder, prefix, 0, 8))
    const lines = await Promise.all(children.map((child) => linesOf(child)))
    assert.deepEqual(
      children.map(({ exitCode }) => exitCode),
      [0, 0, 0],
    )
    assertConsistent(place.folder)
    const [one, two] = lines as [string[], string[], string[]]
    const { store, registry } = await place.open()
    for (let i = 0; i < 8 * inRound; i++) {
      const outcomes = [...one, ...two].filter((line) => line.endsWith(` ${i}`) && /^(added|unchanged)/.test(line))
      assert.equal(outcomes.length, 2)
      const erasable = i === erasedBy(Math.floor(i / inRound)) && Math.floor(i / inRound) % 3 === 0
      if (!erasable) assert.deepEqual(outcomes.sort(), [`added ${i}`, `unchanged ${i}`])
      if (!erasable) assert.ok(await store.profile(`both:${i}`, 'keep'))
      assert.equal(Boolean(await store.profile(`other:${i}`, 'keep')), !erasable)
    }
    const models = await registry.models()
    assert.deepEqual(
      models.map(({ version }) => version),
      [6, 5, 4, 3, 2, 1],
    )
  }))

test('erasing leaves no byte behind while another process reads and writes', () =>
  inPlace(async (place) => {
    const { store } = await place.open()
    const names = Array.from({ length: 200 }, (_, i) => `wren-${i}-${(i * 7919).toString(36)}`)
    await store.putProfiles(
      names.map((name, i) => ({
        ...childProfile('x', i),
        id: `spotify:${name}`,
        name: `Little ${name}`,
        url: `https://x/${name}`,
      })),
    )
    const child = start('hold', place.folder)
    const finished = linesOf(child, () => child.emit('ready'))
    await new Promise((resolve) => child.once('ready', resolve))
    for (const name of names.slice(0, 8)) {
      assert.equal(await store.erase(`spotify:${name}`), true)
      const bytes = await place.bytes()
      assert.equal(child.exitCode, null)
      for (const text of [name, `Little ${name}`]) assert.ok(!bytes.includes(text), `traces of ${text}`)
    }
    child.stdin?.end()
    await finished
    assert.equal(child.exitCode, 0)
    assertConsistent(place.folder)
  }))
