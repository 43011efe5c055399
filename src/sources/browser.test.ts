import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const entry = join(import.meta.dirname, 'browser.ts')
/** Libraries that run in browsers as they are. */
const libraries = ['@zip.js/zip.js/index-native.js', 'fflate', 'htmlparser2']
/** What only Node has. */
const nodeOnly = /\b(?:Buffer|process|require|setImmediate|__dirname)\b(?!['"`:])/

/** Every file that the entry imports, itself or through others; types are gone when it runs. */
function importsOf(path: string, found = new Map<string, readonly string[]>()): ReadonlyMap<string, readonly string[]> {
  if (found.has(path)) return found
  const text = readFileSync(path, 'utf8')
  const targets = [
    ...text.matchAll(
      /^(?:import|export)\s+(?!type\b)[^'"=]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map(([, from, bare, later]) => from ?? bare ?? later!)
  found.set(path, targets)
  for (const target of targets) if (target.startsWith('.')) importsOf(join(dirname(path), target), found)
  return found
}

test('the readers run in a browser: nothing that they import is of Node', () => {
  const files = importsOf(entry)
  assert.ok(files.size > 25, `${files.size} files`)
  const foreign = [...files].flatMap(([path, targets]) =>
    targets
      .filter((target) => !target.startsWith('.') && !libraries.includes(target))
      .map((target) => `${relative(import.meta.dirname, path)}: ${target}`),
  )
  assert.deepEqual(foreign, [])
  for (const path of files.keys()) {
    assert.ok(existsSync(path))
    const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    assert.doesNotMatch(code, nodeOnly, relative(import.meta.dirname, path))
  }
})
