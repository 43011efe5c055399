import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import packageJson from '../../../package.json' with { type: 'json' }
import { shownListener } from '../../matching/shown-listener.ts'
import { reportFile } from '../../pipelines/register-model.ts'
import type { Candidate } from '../../store/feature-store.ts'
import { allows, operatorSwitches, policy, switchPage } from '../../store/policy.ts'
import { Problem } from '../../taste/problem.ts'
import { type Origin, origins } from '../../taste/provenance.ts'
import { endpoints } from '../contract/endpoints/endpoints.ts'
import { isoTime } from '../jobs/fold.ts'
import { sentence } from '../jobs/named-profile.ts'
import { refreshJob } from '../jobs/refresh-job.ts'
import { ApiProblem } from '../problems.ts'
import type { Services } from '../services.ts'
import type { TypedApp } from './types.ts'

/** Candidates that are looked at for the summary. */
const mostCandidates = 100_000

/** What only the operator sees and does. */
export function operatorRoutes(parent: TypedApp, services: Services): void {
  const { store, registry, ledger, board, matcher, identities, spotify, settings, now } = services

  parent.register(async (scope) => {
    const app: TypedApp = scope
    app.addHook('onRequest', async ({ identity }) => identities.needOperator(identity))

    app.route({
      ...endpoints.operatorStatus,
      handler: async () => {
        const [counts, state, lastChange, diskBytes] = await Promise.all([
          store.counts(),
          matcher.state(),
          store.lastChange(),
          bytesBelow(services.dataFolder),
        ])
        const { candidates, ...population } = counts
        const waiting = (await pagesOf('waiting', (page) => page.length)).reduce((sum, length) => sum + length, 0)
        const memory = process.memoryUsage()
        return {
          version: packageJson.version,
          startedAt: isoTime(services.startedAt),
          population: {
            ...population,
            findable: state.listeners,
            bySource: population.bySource.map((row) => ({ ...row, origin: row.origin as Origin })),
          },
          candidates: { waiting, total: candidates },
          index: {
            model: state.model,
            listeners: state.listeners,
            upToChange: state.upToChange,
            lastChange,
            ...(state.bytes !== undefined && { bytes: state.bytes }),
            ...(state.refreshedAt !== undefined && { refreshedAt: isoTime(state.refreshedAt) }),
          },
          quota: spotify ? quotaOf(spotify.client) : null,
          jobs: { ...ledger.jobs.counts(), streams: services.streams.size },
          schedule: { refresh: services.schedule ?? null },
          policy: origins.map((origin) => ({
            origin,
            keptFor: durationText(policy[origin].keep),
            matched: policy[origin].match,
            trained: policy[origin].train,
            matching: allows(origin, 'match', settings),
            training: allows(origin, 'train', settings),
          })),
          switches: operatorSwitches.map((name) => ({ name, value: settings[name] ?? 'off', page: switchPage(name) })),
          reports: ledger.reports.count,
          memory: { rssBytes: memory.rss, heapBytes: memory.heapUsed },
          disk: { dataBytes: diskBytes, uploadBytes: services.spool.bytes() },
        }
      },
    })

    app.route({
      ...endpoints.candidates,
      handler: async () => {
        const found = new Map<string, { foundIn: string; waiting: number; read: number; failed: number }>()
        for (const state of ['waiting', 'read', 'failed'] as const)
          await pagesOf(state, (page) => {
            for (const { foundIn } of page) {
              const row = found.get(foundIn) ?? { foundIn, waiting: 0, read: 0, failed: 0 }
              row[state]++
              found.set(foundIn, row)
            }
          })
        return [...found.values()].sort((x, y) => y.waiting - x.waiting).slice(0, 200)
      },
    })

    app.route({
      ...endpoints.models,
      handler: async () => {
        const models = await registry.models()
        return models.map(({ version, kind, promoted, trainedAt, hash, marks, metrics }) => ({
          ...{ version, kind, promoted, hash, report: true },
          trainedAt: isoTime(trainedAt),
          marks: [...marks],
          metrics: { ...metrics },
        }))
      },
    })

    app.route({
      ...endpoints.modelReport,
      handler: async ({ params }, reply) => {
        const files = await registry.files(params.version).catch(notThere)
        const report = files.get(reportFile)
        if (!report) throw new ApiProblem('model-not-found', 'This version has no report.')
        return reply
          .header('content-type', 'text/html; charset=utf-8')
          .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
          .header('cache-control', 'private, max-age=3600')
          .send(new TextDecoder().decode(report))
      },
    })

    app.route({
      ...endpoints.promote,
      handler: async ({ params }) => {
        await registry.promote(params.version).catch(notThere)
        return { promoted: params.version }
      },
    })

    app.route({ ...endpoints.rollback, handler: async () => ({ promoted: await registry.rollback().catch(notThere) }) })

    app.route({
      ...endpoints.operatorJobs,
      handler: async () => ledger.jobs.newest().map((job) => board.show(job)),
    })

    app.route({
      ...endpoints.refresh,
      handler: async (_, reply) => {
        const job = board.add(refreshJob)
        return reply.code(202).send({ job: board.show(job) })
      },
    })

    app.route({
      ...endpoints.reports,
      handler: async () => {
        const shown = await Promise.all(
          ledger.reports.all().map(async ({ id, listener: key, reason, text, at }) => {
            const listener = await store.listenerByKey(key)
            if (!listener) return []
            const { name } = shownListener(listener)
            return [{ id, at: isoTime(at), listener: key, name, reason, ...(text !== null && { text }) }]
          }),
        )
        return shown.flat()
      },
    })

    app.route({
      ...endpoints.closeReport,
      handler: async ({ params }, reply) => {
        if (!ledger.reports.remove(params.report)) throw new ApiProblem('report-not-found')
        return reply.code(204).send()
      },
    })

    app.route({
      ...endpoints.remove,
      handler: async ({ params }, reply) => {
        const listener = await store.listenerByKey(params.profile)
        if (!listener) throw new ApiProblem('profile-not-found')
        await services.eraseListener(listener)
        return reply.code(204).send()
      },
    })
  })

  function quotaOf({ gate, access }: NonNullable<typeof spotify>['client']) {
    const { used, perDay, shutUntil } = gate.usage()
    return {
      used,
      perDay: Number.isFinite(perDay) ? perDay : null,
      ...(shutUntil !== undefined && shutUntil > now() * 1000 && { closedUntil: isoTime(shutUntil / 1000) }),
      ...(access.tier !== undefined && { tier: access.tier }),
    }
  }

  async function pagesOf<T>(state: Candidate['state'], take: (page: readonly Candidate[]) => T): Promise<T[]> {
    const taken: T[] = []
    let after: string | undefined
    let seen = 0
    do {
      const { rows, next } = await store.candidates(state, { limit: 5000, ...(after !== undefined && { after }) })
      taken.push(take(rows))
      seen += rows.length
      after = next
    } while (after !== undefined && seen < mostCandidates)
    return taken
  }
}

function notThere(error: unknown): never {
  if (error instanceof Problem) throw new ApiProblem('model-not-found', sentence(error.message))
  throw error
}

function durationText(seconds: number): string {
  if (seconds === Infinity) return 'until it is erased'
  return seconds >= 2 * 24 * 3600 ? `${Math.round(seconds / 24 / 3600)} days` : `${Math.round(seconds / 3600)} hours`
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
