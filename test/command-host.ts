/**
 * The process behind `command` of `command-line.ts`: runs commands one after the other, as told over IPC, and says what each
 * printed and the code it would have exited with.
 */
import type { Outcome } from './command-line.ts'

export interface CommandWanted {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const { runCommandLine } = await import('../src/cli/program.ts')

process.on('message', async (wanted: CommandWanted) => {
  process.send!(await run(wanted))
})

async function run({ args, env }: CommandWanted): Promise<Outcome> {
  const own = { ...process.env }
  Object.assign(process.env, env)
  const [stdout, stderr] = [caught(process.stdout), caught(process.stderr)]
  process.exitCode = undefined
  try {
    const code = await runCommandLine(args)
    return { code, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    stdout.letGo()
    stderr.letGo()
    process.exitCode = undefined
    for (const name of Object.keys(env)) {
      if (own[name] === undefined) delete process.env[name]
      else process.env[name] = own[name]
    }
  }
}

/** What is written to a stream, instead of writing it. */
function caught(stream: NodeJS.WriteStream): { text(): string; letGo(): void } {
  const chunks: Buffer[] = []
  const { write } = stream
  stream.write = (chunk: string | Uint8Array, encoding?: unknown, then?: unknown) => {
    chunks.push(Buffer.from(chunk as string))
    const called = typeof encoding === 'function' ? encoding : then
    if (typeof called === 'function') process.nextTick(called)
    return true
  }
  return {
    text: () => Buffer.concat(chunks).toString(),
    letGo: () => {
      stream.write = write
    },
  }
}
