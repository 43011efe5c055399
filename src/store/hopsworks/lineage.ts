import type { DatabaseSync } from 'node:sqlite'
import type { FeatureGroup, FeatureView, ModelProvenance, Project } from '../../hopsworks/index.ts'
import type { WireModel } from '../sqlite/model-writer.ts'

/**
 * What models of a store were trained on, as Hopsworks tells where models come from: a feature view of the profiles' rows, and
 * for each model a training data set of those that counted when its data was read. They hold numbers and counts, nothing of a
 * listener. The rows themselves are read from the mirror, and who of them was held out is a document of its own.
 */
export class Lineage {
  readonly #project: Project
  readonly #name: string

  /** @param name of the store */
  constructor(project: Project, name: string) {
    this.#project = project
    this.#name = name
  }

  /** Registers what a model was trained on, in place of what attempts that came to nothing have left. @param upTo see `trainedUpTo` */
  async register(
    version: number,
    model: WireModel,
    upTo: number,
    profiles: FeatureGroup,
    signal: AbortSignal,
  ): Promise<ModelProvenance> {
    const view = (await this.#view(signal)) ?? (await this.#createView(profiles, signal))
    await this.#clear(view, version, signal)
    const seed = model.card.trainedOn?.split.seed
    const { version: trainingDataset } = await view.createTrainingDataset(
      {
        description: describe(version, model, upTo),
        filter: { feature: 'n', is: 'le', value: upTo },
        ...(seed !== undefined && { seed }),
      },
      { signal },
    )
    return { featureView: { name: view.name, version: view.version }, trainingDataset }
  }

  /** Forgets what was registered of a model that came to nothing. */
  async remove({ trainingDataset }: ModelProvenance, signal: AbortSignal): Promise<void> {
    const sets = (await (await this.#view(signal))?.trainingDatasets({ signal })) ?? []
    await sets.find(({ version }) => version === trainingDataset)?.delete({ signal })
  }

  async #clear(view: FeatureView, version: number, signal: AbortSignal): Promise<void> {
    for (const set of await view.trainingDatasets({ signal }))
      if (set.description.startsWith(`v${version}:`)) await set.delete({ signal })
  }

  #view(signal: AbortSignal): Promise<FeatureView | undefined> {
    return this.#project.features.featureView(viewName(this.#name), 1, { signal })
  }

  async #createView(group: FeatureGroup, signal: AbortSignal): Promise<FeatureView> {
    try {
      return await this.#project.features.createFeatureView(
        { name: viewName(this.#name), description: 'Consonance: what models are trained on', query: { group } },
        { signal },
      )
    } catch (error) {
      // Another process may have been quicker.
      const theirs = await this.#view(signal)
      if (theirs) return theirs
      throw error
    }
  }
}

const viewName = (store: string): string => `${store}_profiles`

/** Short: servers have failed on long descriptions. */
function describe(version: number, { card, split }: WireModel, upTo: number): string {
  const count = (part: string) => split.filter(([, each]) => each === part).length
  const drawn = card.trainedOn?.split
  return [
    `v${version}: of the profiles up to row ${upTo}, those that may be trained on:`,
    `fitted on ${count('train')}, ${count('validation')} held out`,
    ...(drawn
      ? [`(evaluated with a share of ${drawn.validation} held out, by hash of the id, seed ${drawn.seed})`]
      : []),
  ].join(' ')
}

/**
 * The last row of the profiles that counted when a model's data was read. Of those rows the ones that are still there are the
 * profiles that have not changed since, because whatever changes takes a higher number.
 * @param upToChange number of the last change at that time; without it, everything that counts now
 */
export function trainedUpTo(database: DatabaseSync, upToChange: number | undefined): number {
  const row = database
    .prepare(
      `SELECT coalesce(max(d.n + d.parts - 1), 0) AS n FROM replica_documents d JOIN listeners l ON l.n = d.k1
       WHERE d.kind = 'listener' AND l.key NOT IN (SELECT key FROM changes WHERE seq > ? AND key IS NOT NULL)`,
    )
    .get(upToChange ?? Number.MAX_SAFE_INTEGER) as { readonly n: number }
  return row.n
}
