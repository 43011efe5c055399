import type { ModelCard } from '../../store/model-registry.ts'
import type { Arbitration } from '../arbitration.ts'
import type { AudioEffect } from '../audio-effect.ts'
import type { HubnessRow } from '../calibration/hubness.ts'
import type { Trust } from '../calibration/trust.ts'
import type { TrailPoint } from '../model.ts'
import type { Slice } from '../slices.ts'
import type { TuningTrail } from '../tuning/trail.ts'
import type { Validated } from '../validation.ts'
import { arbitrationSection } from './arbitration.ts'
import { audioSection } from './audio-effect.ts'
import { comparisons } from './comparisons.ts'
import { hubnessSection } from './hubness.ts'
import { html, type Markup } from './markup.ts'
import { page } from './page.ts'
import { provenance } from './provenance.ts'
import { trainingCurves } from './training-curves.ts'
import { trustSection } from './trust.ts'
import { tuningSection } from './tuning.ts'

/** What is known of the data that a model was made from. */
export interface ReportData {
  readonly listeners: Readonly<Record<'train' | 'validation' | 'excluded', number>>
  readonly sources: readonly { readonly source: string; readonly listeners: number }[]
}

/** How to make the same model again. */
export interface Reproduction {
  readonly command: string
  /** Such as `consonance 0.1.0`, `Node 24.21.0`, `linux x64`. */
  readonly versions: readonly string[]
}

export interface ReportContents {
  readonly card: ModelCard
  readonly promoted: boolean
  /** Why it was promoted or not. */
  readonly why: string
  readonly data: ReportData
  /** Losses and validation over the run, where the model learned step by step. */
  readonly trail: readonly TrailPoint[]
  readonly validated: readonly Validated[]
  /** How two kinds of model compared, where two were fitted. */
  readonly arbitration?: Arbitration
  /** By what kind of listener it is better or worse than the simple ways. */
  readonly slices: readonly Slice[]
  /** What the audio view adds. */
  readonly audio: readonly AudioEffect[]
  /** What tuning tried, where it was asked for. */
  readonly tuning?: TuningTrail
  /** How far affinity and rarity can be trusted; absent where too few listeners were held out. */
  readonly trust?: Trust
  readonly hubness?: readonly HubnessRow[]
  readonly notes: readonly string[]
  readonly reproduction: Reproduction
}

/**
 * One page about a training that can be sent to a colleague: is the model better than the simple ways, by how much,
 * where is it worse, what was it made from, and how is it made again. Self-contained HTML.
 */
export function trainingReport(contents: ReportContents): string {
  const { card, promoted, why, notes } = contents
  const day = new Date(card.trainedAt * 1000).toISOString().slice(0, 10)
  return page(
    `Consonance: ${card.kind} of ${day}`,
    html`<h1>Training report</h1>
<p class="lede">${card.kind} model, trained on ${day}${card.marks.map((mark) => html` · ${mark}`)}</p>
<p class="verdict">${promoted ? 'Promoted' : 'Registered, not promoted'}: ${why}.</p>
${notes.map((note) => html`<p>${note}</p>`)}
${sections(contents)}`,
  )
}

function sections(contents: ReportContents): readonly Markup[] {
  return [
    arbitrationSection(contents.arbitration),
    comparisons(contents.validated, contents.slices),
    audioSection(contents.audio),
    trustSection(contents.trust),
    hubnessSection(contents.hubness ?? []),
    trainingCurves(contents.trail),
    tuningSection(contents.tuning),
    provenance(contents),
  ]
}
