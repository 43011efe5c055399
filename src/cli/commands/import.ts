import { type Command, Option } from 'commander'
import { type IngestReport, ingest } from '../../pipelines/ingest.ts'
import { refreshPromoted } from '../../pipelines/refresh.ts'
import type { ColumnMatch } from '../../sources/export/export-format.ts'
import type { OwnFilesOptions } from '../../sources/own-files.ts'
import { formats, recognise } from '../../sources/recognise.ts'
import { askColumns, columnsOption } from '../columns.ts'
import { listenerOption } from '../listener-option.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { counted, ending, json, line } from '../output.ts'
import { printReading } from '../reading.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { withWorkspace } from '../workspace.ts'

export function importCommand(): Command {
  return consonanceCommand('import')
    .description('read profiles, genres and audio features from files into the store')
    .argument('<path...>', 'files or folders; their formats are recognised by content')
    .addOption(new Option('--as <format>', 'only this format').choices([...formats]))
    .addOption(columnsOption())
    .addOption(listenerOption())
    .action(async (paths: string[], options: CommonOptions & ImportOptions) => {
      keepHeapSmall()
      const as = options.as ?? (options.columns ? 'csv' : undefined)
      const columns = options.columns ?? (as === 'csv' ? await askColumns(paths) : undefined)
      const own: OwnFilesOptions = {
        ...(columns && { columns }),
        ...(options.listener && { listener: options.listener }),
      }
      // A mistyped path must not leave an empty store behind.
      await recognise(paths, as, own)
      await withWorkspace(options, 'create', async ({ store, registry, progress, signal, elapsed }) => {
        const now = Math.floor(Date.now() / 1000)
        const report = await ingest(paths, { store, progress, signal, now, ...own, ...(as && { as }) })
        const { artistsWithGenres, tracksWithAudio, aliases } = report
        const catalogue = artistsWithGenres.changed + tracksWithAudio.changed + aliases.changed > 0
        await refreshPromoted({ store, registry, progress, signal }, { catalogue })
        if (options.json) json(report)
        else print(report, elapsed())
        if (report.failed.length > 0) process.exitCode = 1
      })
    })
}

interface ImportOptions {
  readonly as?: string
  readonly columns?: ColumnMatch
  readonly listener?: string
}

function print(report: IngestReport, seconds: number): void {
  const { listeners, entries, friends, artistsWithGenres, tracksWithAudio, aliases, broken } = report
  for (const { path, format } of report.inputs) line(`${path}: ${format}`)
  for (const path of report.leftOut) line(`${path}: left out, in no known format`)
  for (const { path, reason } of report.failed) line(`${path}: could not be read: ${reason}`)
  for (const { path, listener, report: told } of report.readings) printReading(listener ?? path, told)
  const read = listeners.added + listeners.changed + listeners.unchanged
  if (read > 0) {
    const outcome = `${listeners.added} new, ${listeners.changed} changed, ${listeners.unchanged} as before`
    line(`${counted(read, 'listener')} (${outcome}) with ${counted(entries, 'entry', 'entries')}`)
  }
  const rows = [
    ['friend links', friends],
    ['artists with genres', artistsWithGenres],
    ['tracks with audio features', tracksWithAudio],
    ['ids that sound like another', aliases],
  ] as const
  for (const [what, { read, changed }] of rows)
    if (read > 0)
      line(`${what}: ${read.toLocaleString('en-US')} read, ${changed.toLocaleString('en-US')} new or changed`)
  if (broken.count > 0) {
    line(`${counted(broken.count, 'record')} could not be read:`)
    for (const { place, reason } of broken.first) line(`  ${place}: ${reason}`)
    if (broken.count > broken.first.length) line(`  and ${broken.count - broken.first.length} more`)
  }
  const [person] = report.readings.flatMap(({ listener }) => listener ?? [])
  const next = person ? `consonance match ${person}` : read > 0 ? 'consonance train' : 'consonance status'
  ending('Imported', seconds, next)
}
