/**
 * Runs every ```sh block of README.md and docs/*.md, a page's blocks in turn in one folder of made-up data. A block that
 * can't run here says so and why: ```sh no-test: needs the network.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { mainFile, type Outcome, outcome } from './command-line.ts'
import { catalogueFolder, lastfmFolder, playlistFolder } from './fixtures.ts'
import { type Fence, fences } from './markdown.ts'

const root = join(import.meta.dirname, '..')
const marked = /^sh\s+no-test\b:?\s*(?<reason>.*)$/

/** Blocks of one page that are run, and those that say why not. */
function commandsOf(page: string): { run: Fence[]; left: { fence: Fence; reason: string }[] } {
  const shell = fences(page).filter(({ info }) => /^(sh|bash|shell|console|zsh)\b/.test(info))
  return {
    run: shell.filter(({ info }) => !marked.test(info)),
    left: shell.flatMap((fence) => {
      const reason = marked.exec(fence.info)?.groups?.reason
      return reason === undefined ? [] : [{ fence, reason }]
    }),
  }
}

test('fences are found with their info, in lists too', () => {
  const page = ['# t', '```sh', 'a', '', '  b', '```', '- x', '  ````sh no-test: why', '  c', '  ```', '  ````'].join(
    '\n',
  )
  assert.deepEqual(fences(page), [
    { info: 'sh', text: 'a\n\n  b', line: 2 },
    { info: 'sh no-test: why', text: 'c\n```', line: 8 },
  ])
  assert.deepEqual(commandsOf(page).left[0]?.reason, 'why')
})

const pages = [
  'README.md',
  ...(await readdir(join(root, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => join('docs', name)),
]

describe('commands in the documentation', { concurrency: 2 }, () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consonance-docs-'))
    await standIns(join(folder, 'data'))
    await commandNames(join(folder, 'bin'))
  })
  after(() => rm(folder, { recursive: true, maxRetries: 3 }))

  for (const page of pages) {
    test(page, async (t) => {
      const { run, left } = commandsOf(await readFile(join(root, page), 'utf8'))
      for (const { fence, reason } of left) {
        assert.notEqual(reason, '', `${page}:${fence.line}: say why it can't run: \`\`\`sh no-test: the reason`)
        t.diagnostic(`${page}:${fence.line} is not run: ${reason}`)
      }
      if (page === 'README.md') assert.ok(run.length > 0, 'README.md shows no command that is run')
      const cwd = join(folder, page.replaceAll(/\W/g, '-'))
      await cp(join(folder, 'data'), cwd, { recursive: true })
      for (const { info, text, line } of run) {
        assert.equal(info, 'sh', `${page}:${line}: mark commands as \`\`\`sh or \`\`\`sh no-test: the reason`)
        const { code, stdout, stderr } = await shell(text, cwd, join(folder, 'bin'))
        assert.equal(code, 0, `${page}:${line}\n${text}\n${stdout}\n${stderr}`)
      }
    })
  }
})

/** What the pages call their data, made up. */
async function standIns(at: string): Promise<void> {
  await lastfmFolder(join(at, 'hetrec2011-lastfm-2k'), 40)
  await playlistFolder(join(at, 'mpd'), 40, 20)
  await catalogueFolder(join(at, 'catalogue'), 40)
}

/** `npx` and `consonance` as programs that run this checkout without asking npm. */
async function commandNames(bin: string): Promise<void> {
  const main = `exec "${process.execPath}" "${mainFile}" "$@"`
  const programs = {
    npx: `[ "$1" = consonance ] || { echo "npx $*: not known to the test" >&2; exit 127; }\nshift\n${main}`,
    npm: `case "$*" in "run --silent consonance --"*) shift 4; ${main};; esac\necho "npm $*: not known to the test" >&2; exit 127`,
    consonance: main,
  }
  await mkdir(bin)
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }
}

function shell(script: string, cwd: string, bin: string): Promise<Outcome> {
  const path = `${bin}:${dirname(process.execPath)}:${process.env.PATH}`
  return outcome(spawn('sh', ['-euc', script], { cwd, env: { ...process.env, PATH: path, HOME: cwd } }))
}
