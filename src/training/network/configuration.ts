import type { HalvingTask } from '../halving.ts'
import type { Preset } from '../model.ts'

/** Every number that a training run depends on besides its data and seed. docs/model.md says what each one does. */
export interface NetworkConfiguration {
  /** Columns of the tables of views (0: the view is left out), of the layers, and of the stored embedding. */
  readonly columns: {
    readonly id: number
    readonly genre: number
    readonly tag: number
    readonly cooccurrence: number
    readonly track: number
    readonly audio: number
    readonly hidden: number
    readonly output: number
    readonly stored: number
  }
  /** Networks that are trained from different beginnings and then speak as one. */
  readonly members: number
  /** Root mean square of a table's entries at the start. */
  readonly tableScale: number
  /** Fewest training listeners that make a tag, a track or a co-occurring artist known. */
  readonly leastListeners: { readonly tag: number; readonly track: number; readonly cooccurrence: number }
  /** Listeners per batch. */
  readonly batch: number
  /** Passes over the listeners known by artists only, and over those whose tracks are known. */
  readonly epochs: { readonly artists: number; readonly tracks: number }
  /** Of the batches of listeners whose tracks are known, the share whose halves share no artist. */
  readonly artistBatches: number
  /** Temperature of L_half, by how the batch is halved. */
  readonly halfTau: Readonly<Record<HalvingTask, number>>
  readonly itemTau: number
  readonly itemWeight: number
  /** Items drawn for each listener from the other half. */
  readonly itemsPerListener: number
  /** Items of no listener's that join the negatives of a batch, each as likely as any other (Yang et al. 2020). */
  readonly uniformItems: number
  /** A half keeps this share of its entries at least; the share is drawn anew for each listener. */
  readonly keptEntries: number
  /** Most entries of a half, so that no listener takes the time of a thousand others. */
  readonly mostEntries: number
  /** Shares of the entries that the id view and the track view of a half go without, and of items that have no id. */
  readonly entryDropout: { readonly id: number; readonly track: number; readonly item: number }
  /** Share of the rows that a view is taken from as a whole. */
  readonly viewDropout: number
  /** Dropout of the concatenated views and of the hidden layer. */
  readonly dropout: { readonly views: number; readonly hidden: number }
  readonly optimiser: {
    /** Of the tables: exact AdamW, or row-wise Adagrad, which takes a third of the memory and moves less. */
    readonly tables: 'adamw' | 'adagrad'
    readonly rate: number
    /** Tables learn this many times as fast. */
    readonly tableRate: number
    readonly beta1: number
    readonly beta2: number
    readonly epsilon: number
    readonly decay: number
    /** Epochs of linear warm-up. */
    readonly warmUp: number
    /** Share of the rate left at the end. */
    readonly floor: number
  }
}

const standard: NetworkConfiguration = {
  columns: {
    id: 128,
    genre: 64,
    tag: 64,
    cooccurrence: 64,
    track: 64,
    audio: 16,
    hidden: 256,
    output: 128,
    stored: 64,
  },
  members: 3,
  tableScale: 0.05,
  leastListeners: { tag: 5, track: 5, cooccurrence: 3 },
  batch: 128,
  epochs: { artists: 100, tracks: 50 },
  artistBatches: 0.25,
  halfTau: { artists: 0.15, tracks: 0.12 },
  itemTau: 0.1,
  itemWeight: 1,
  itemsPerListener: 4,
  uniformItems: 0,
  keptEntries: 0.5,
  mostEntries: 2000,
  entryDropout: { id: 0.55, track: 0.6, item: 0.45 },
  viewDropout: 0.15,
  dropout: { views: 0.2, hidden: 0.2 },
  optimiser: {
    tables: 'adamw',
    rate: 3.5e-3,
    tableRate: 1,
    beta1: 0.9,
    beta2: 0.98,
    epsilon: 1e-8,
    decay: 1e-4,
    warmUp: 3,
    floor: 0.05,
  },
}

/** `standard` is the recipe that is evaluated; `quick` is the same with fewer passes of one network. */
export const networkPresets: Readonly<Record<Preset, NetworkConfiguration>> = {
  standard,
  quick: { ...standard, members: 1, epochs: { artists: 20, tracks: 10 } },
}
