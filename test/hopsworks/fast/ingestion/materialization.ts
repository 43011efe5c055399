import type { FileTree } from '../files/file-tree.ts'
import { type FeatureGroupDto, primaryKey } from '../groups/feature-group.ts'
import type { RecordFeed, StoredRecord } from '../kafka/topics.ts'
import type { OfflineRow } from '../rows.ts'
import { type Message, type MessageReader, rowKey } from './message.ts'

interface Execution {
  readonly id: number
  readonly args: string
  readonly submitted: number
  /** Of what it prints. */
  readonly folder: string
  state: 'RUNNING' | 'FINISHED' | 'FAILED'
  finalStatus: 'UNDEFINED' | 'SUCCEEDED' | 'FAILED'
}

interface Job {
  readonly id: number
  readonly groupId: number
  readonly executions: Execution[]
  /** Number of the first record that has not been read yet. */
  position: number
}

/**
 * The offline store and the jobs that fill it from the topic, one a feature group: rows are upserted by primary key and
 * event time, as Hopsworks configures Hudi, so that the history stays. Tombstones don't reach it.
 */
export class Materialization {
  readonly #feed: RecordFeed
  readonly #reader: MessageReader
  readonly #files: FileTree
  readonly #logs: string
  readonly #jobs = new Map<string, Job>()
  readonly #rows = new Map<number, Map<string, OfflineRow>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #lastId = 0
  #failing = 0
  #ms: number

  /** @param project whose folder in `files` takes what the runs print */
  constructor(feed: RecordFeed, reader: MessageReader, files: FileTree, project: string, ms: number) {
    this.#feed = feed
    this.#reader = reader
    this.#files = files
    this.#logs = `/Projects/${project}/Logs/Spark`
    this.#ms = ms
  }

  set ms(ms: number) {
    this.#ms = ms
  }

  fail(times: number): void {
    this.#failing = times
  }

  rows(groupId: number): readonly OfflineRow[] {
    return [...(this.#rows.get(groupId)?.values() ?? [])]
  }

  addJob(group: FeatureGroupDto): void {
    this.#jobs.set(jobName(group), { id: ++this.#lastId, groupId: group.id, executions: [], position: 0 })
  }

  deleteJob(group: FeatureGroupDto): void {
    this.#jobs.delete(jobName(group))
    this.#rows.delete(group.id)
  }

  clearRows(groupId: number): void {
    this.#rows.delete(groupId)
  }

  job(name: string): unknown {
    const job = this.#jobs.get(name)
    if (!job) return undefined
    const defaultArgs = `-op offline_fg_materialization -path hdfs:///Projects/local/Resources/jobs/${name}/config.json`
    return {
      id: job.id,
      name,
      creationTime: new Date().toISOString(),
      jobType: 'SPARK',
      creator: { username: 'meb10000' },
      config: {
        type: 'sparkJobConfiguration',
        jobType: 'SPARK',
        appName: name,
        mainClass: 'com.logicalclocks.utils.MainClass',
        defaultArgs,
      },
    }
  }

  /** The newest first. */
  executions(name: string): readonly unknown[] {
    return (this.#jobs.get(name)?.executions ?? []).toReversed().map(dto)
  }

  execution(name: string, id: number): unknown {
    const found = this.#jobs.get(name)?.executions.find((each) => each.id === id)
    return found && dto(found)
  }

  /** @param args may end with `-initialCheckPointString topic,partition:offset,...`, which a first run begins at */
  run(name: string, args: string): unknown {
    const job = this.#jobs.get(name)!
    const first = job.executions.length === 0
    const id = ++this.#lastId
    const folder = `${this.#logs}/${name}/${id}`
    const submitted = Date.now()
    const execution: Execution = { id, args, submitted, folder, state: 'RUNNING', finalStatus: 'UNDEFINED' }
    job.executions.push(execution)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      const fails = this.#failing > 0
      if (fails) this.#failing -= 1
      else this.#store(job, first ? checkpoint(args) : undefined)
      this.#files.write(`${folder}/stdout.log`, Buffer.from(fails ? '' : 'done\n'))
      this.#files.write(`${folder}/stderr.log`, Buffer.from(fails ? 'failed on purpose\n' : ''))
      Object.assign(execution, { state: fails ? 'FAILED' : 'FINISHED', finalStatus: fails ? 'FAILED' : 'SUCCEEDED' })
    }, this.#ms)
    this.#timers.add(timer)
    return dto(execution)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #store(job: Job, from: ReadonlyMap<string, number> | undefined): void {
    const rows = this.#rows.get(job.groupId) ?? new Map<string, OfflineRow>()
    this.#rows.set(job.groupId, rows)
    const records = this.#feed.records
    for (; job.position < records.length; job.position++) {
      const record = records[job.position]!
      const start = from?.get(`${record.topic},${record.partition}`)
      if (start !== undefined && record.offset < start) continue
      const message = this.#read(record)
      if (message?.group.id === job.groupId && message.storage !== 'online' && message.operation === 'upsert')
        upsert(rows, message)
    }
  }

  #read(record: StoredRecord): Message | undefined {
    try {
      return this.#reader.read(record)
    } catch {
      return undefined
    }
  }
}

/** A row of the same key and time takes the place of the former one. */
function upsert(rows: Map<string, OfflineRow>, { group, row }: Message): void {
  const recordKey = group.eventTime ? [...primaryKey(group), group.eventTime] : primaryKey(group)
  rows.set(rowKey(recordKey.map((name) => row.values[name])), row.values)
}

export function jobName({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${name}_${version}_offline_fg_materialization`
}

function checkpoint(args: string): ReadonlyMap<string, number> | undefined {
  const match = /-initialCheckPointString (\S+)/.exec(args)
  if (!match) return undefined
  const [topic, ...offsets] = match[1]!.split(',')
  return new Map(
    offsets.map((each) => {
      const [partition, offset] = each.split(':')
      return [`${topic},${partition}`, Number(offset)]
    }),
  )
}

function dto({ id, args, submitted, folder, state, finalStatus }: Execution) {
  const now = Date.now()
  return {
    id,
    args,
    state,
    finalStatus,
    submissionTime: new Date(submitted).toISOString(),
    duration: now - submitted,
    progress: state === 'RUNNING' ? 0.5 : 1,
    stdoutPath: `${folder}/stdout.log`,
    stderrPath: `${folder}/stderr.log`,
    hdfsUser: 'proj__meb10000',
    user: { username: 'meb10000', email: 'local@localhost' },
  }
}
