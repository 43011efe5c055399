#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Types are stripped at every start otherwise, which takes longer than most commands.
enableCompileCache()
// Whoever reads may stop, as `head` does. What is being done goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
const { runCommandLine } = await import('./program.ts')
process.exitCode = await runCommandLine(process.argv.slice(2))
