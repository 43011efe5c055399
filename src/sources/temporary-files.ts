import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Source, SourceEvent } from './source.ts'

/** For tests: makes files in a folder of their own, gone after the test. Returns the folder. */
export async function temporaryFiles(
  test: Pick<TestContext, 'after'>,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consonance-'))
  test.after(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

/** For tests: everything that a source reads at a path, by kind. */
export async function eventsOf(source: Source, path: string, now = 1_700_000_000) {
  const events: SourceEvent[] = []
  for await (const event of source.read(path, { now })) events.push(event)
  return {
    profiles: events.flatMap((event) => (event.kind === 'profile' ? [event.profile] : [])),
    friends: events.flatMap((event) => (event.kind === 'friends' ? event.links : [])),
    genres: events.flatMap((event) => (event.kind === 'genres' ? event.rows : [])),
    audio: events.flatMap((event) => (event.kind === 'audio' ? event.rows : [])),
    aliases: events.flatMap((event) => (event.kind === 'aliases' ? event.rows : [])),
    /** Without the path of the folder. */
    broken: events.flatMap((event) =>
      event.kind === 'broken' ? [`${event.place.replace(/^.*\//, '')}: ${event.reason}`] : [],
    ),
    progress: events.flatMap((event) => (event.kind === 'progress' ? [event] : [])),
  }
}
