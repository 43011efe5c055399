import cliProgress from 'cli-progress'
import type { Progress, Task } from '../pipelines/progress.ts'
import { count, duration } from './output.ts'

/** Where progress goes, and how time passes there. */
export interface ProgressOutput {
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean }
  /** Milliseconds from any beginning. */
  readonly clock: () => number
}

/** Shows notes beside it: sentences about what went without. */
export interface ShownProgress extends Progress {
  note(text: string): void
}

/**
 * Progress for a person or a script: one bar with rate and time left on a terminal, at most one plain line a second
 * where the output is piped, and the same as JSON lines when asked for JSON.
 */
export function createProgress(
  options: { readonly json: boolean },
  output: ProgressOutput = { stream: process.stderr, clock: () => performance.now() },
): ShownProgress {
  const show = options.json ? jsonLines : output.stream.isTTY ? bar : plainLines
  const shown = new Set<Display>()
  return {
    start(label, { unit, total }) {
      const started = output.clock()
      const state = { label, unit, total, done: 0, note: undefined as string | undefined, ended: false }
      const read = (): Snapshot => snapshot(state, (output.clock() - started) / 1000)
      const display = show(output, read)
      shown.add(display)
      const end = (outcome: Outcome, note?: string) => {
        if (state.ended) return
        state.ended = true
        state.note = note ?? state.note
        shown.delete(display)
        display.end(outcome)
      }
      const task: Task = {
        advance(by, note) {
          state.done += by
          state.note = note ?? state.note
          display.update()
        },
        finish: (note) => end('done', note),
        [Symbol.dispose]: () => end('stopped'),
      }
      return task
    },
    note(text) {
      for (const display of shown) display.clear?.()
      output.stream.write(`${options.json ? JSON.stringify({ note: text }) : `consonance: ${text}`}\n`)
      for (const display of shown) display.draw?.()
    },
  }
}

type Outcome = 'done' | 'stopped'

interface Display {
  update(): void
  end(outcome: Outcome): void
  /** Makes room for a line of somebody else's, until `draw`. Absent where lines follow each other. */
  clear?(): void
  draw?(): void
}

interface Snapshot {
  readonly label: string
  readonly unit: string
  readonly done: number
  readonly total: number | undefined
  readonly seconds: number
  /** Units a second. */
  readonly rate: number
  readonly secondsLeft: number | undefined
  readonly note: string | undefined
}

function snapshot(state: Pick<Snapshot, 'label' | 'unit' | 'done' | 'total' | 'note'>, seconds: number): Snapshot {
  const { label, unit, done, note } = state
  // A total that was an estimate must not show more than all.
  const total = state.total === undefined ? undefined : Math.max(state.total, done)
  const rate = seconds > 0 ? done / seconds : 0
  return {
    label,
    unit,
    done,
    total,
    note,
    seconds,
    rate,
    secondsLeft: total && rate ? (total - done) / rate : undefined,
  }
}

const linesEvery = 1000

function bar({ stream }: ProgressOutput, read: () => Snapshot): Display {
  const drawn = new cliProgress.SingleBar({
    stream,
    barsize: 20,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    clearOnComplete: true,
    format: (options, { progress }) => {
      const now = read()
      const picture = now.total === undefined ? '' : `${cliProgress.Format.BarFormat(progress, options)}  `
      return `${now.label}  ${picture}${describe(now)}`
    },
  })
  const draw = () => drawn.start(read().total ?? 0, read().done)
  const clear = () => drawn.stop()
  draw()
  return {
    update: () => drawn.update(read().done),
    clear,
    draw,
    end(outcome) {
      clear()
      stream.write(`${ending(read(), outcome)}\n`)
    },
  }
}

function plainLines({ stream, clock }: ProgressOutput, read: () => Snapshot): Display {
  const due = atMostEvery(linesEvery, clock)
  return {
    update() {
      if (due()) stream.write(`${read().label}: ${describe(read())}\n`)
    },
    end: (outcome) => stream.write(`${ending(read(), outcome)}\n`),
  }
}

function jsonLines({ stream, clock }: ProgressOutput, read: () => Snapshot): Display {
  const due = atMostEvery(linesEvery, clock)
  const write = (state: 'running' | Outcome) => {
    const { label, rate, seconds, secondsLeft, ...rest } = read()
    const rounded = { seconds: round(seconds), rate: round(rate), secondsLeft: secondsLeft && round(secondsLeft) }
    stream.write(`${JSON.stringify({ progress: label, state, ...rest, ...rounded })}\n`)
  }
  return {
    update() {
      if (due()) write('running')
    },
    end: write,
  }
}

function atMostEvery(milliseconds: number, clock: () => number): () => boolean {
  let next = clock() + milliseconds
  return () => {
    if (clock() < next) return false
    next = clock() + milliseconds
    return true
  }
}

function describe({ done, total, unit, rate, secondsLeft, note }: Snapshot): string {
  const amount = total === undefined ? quantity(done, unit) : `${share(done, total)}  ${quantity(done, unit, total)}`
  const left = secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`
  return `${amount}, ${quantity(rate, unit)}/s${left}${note ? `  ${note}` : ''}`
}

function ending({ label, done, unit, seconds, note }: Snapshot, outcome: Outcome): string {
  return `${label}: ${outcome}, ${quantity(done, unit)} in ${duration(seconds)}${note ? `, ${note}` : ''}`
}

function share(done: number, total: number): string {
  return `${total > 0 ? Math.floor((100 * done) / total) : 100} %`
}

function quantity(value: number, unit: string, total?: number): string {
  if (unit === 'bytes') return `${total === undefined ? '' : `${megabytes(value)} of `}${megabytes(total ?? value)} MB`
  const of = total === undefined ? '' : ` of ${count(total)}`
  const shown = value < 10 ? round(value) : Math.round(value)
  return `${count(shown)}${of} ${(total ?? shown) === 1 ? singular(unit) : unit}`
}

/** Units are said in the plural: `profiles`, `entries`. */
function singular(unit: string): string {
  return unit.endsWith('ies') ? `${unit.slice(0, -3)}y` : unit.replace(/s$/, '')
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
