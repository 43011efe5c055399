/**
 * Writes simulated listeners as a file that `consonance import` reads, of any size in little memory:
 *
 *     node simulator/scale.ts --listeners 20000 --seed 1 --out /tmp/20k.profiles.jsonl.gz
 */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { simulatedProfile } from './profiles.ts'
import { createWorld, type World } from './world/world.ts'

/** One profile a line, as in docs/formats.md. */
function* profileLines(world: World): Generator<string> {
  for (let i = 0; i < world.listeners; i++) {
    const { id, name, consent, items } = simulatedProfile(world, i, 0)
    yield `${JSON.stringify({ id, name, consent, items })}\n`
  }
}

/** Streams the world to a `*.profiles.jsonl.gz`. */
export async function writeProfiles(world: World, path: string): Promise<void> {
  await pipeline(Readable.from(profileLines(world)), createGzip({ level: 6 }), createWriteStream(path))
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      listeners: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  })
  if (values.out) {
    await writeProfiles(createWorld({ seed: Number(values.seed), listeners: Number(values.listeners) }), values.out)
  } else {
    process.stderr.write('scale: --out FILE.profiles.jsonl.gz is missing\n')
    process.exitCode = 2
  }
}
