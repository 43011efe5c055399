#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Types are stripped at every start otherwise, which takes longer than most commands.
enableCompileCache()
const { runCommandLine } = await import('./program.ts')
process.exitCode = await runCommandLine(process.argv.slice(2))
