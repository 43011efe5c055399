import packageJson from '../../../package.json' with { type: 'json' }
import { formats } from '../../sources/recognise.ts'
import { endpoints } from '../contract/endpoints/endpoints.ts'
import { mostFiles, mostItems } from '../contract/job.ts'
import { mostMatches } from '../contract/match.ts'
import { isoTime } from '../jobs/fold.ts'
import { refuseForbidden } from '../jobs/named-profile.ts'
import { ApiProblem } from '../problems.ts'
import type { Services } from '../services.ts'
import type { TypedApp } from './types.ts'

/** What holds no single person's data. */
const ofMany: ReadonlySet<string> = new Set(['catalogue', 'lastfm-2k', 'million-playlist'])

const closed = 'The operator has not set this up.'

/** What this installation can do. */
export function aboutRoutes(app: TypedApp, services: Services): void {
  const { registry, store, matcher, spotify, naming, limits, settings } = services

  app.route({
    ...endpoints.about,
    handler: async () => {
      const [model, state, { bySource }, samples] = await Promise.all([
        registry.promoted(),
        matcher.state(),
        store.counts(),
        services.samples(),
      ])
      const simulated =
        spotify?.simulated === true || (bySource.length > 0 && bySource.every(({ origin }) => origin === 'simulated'))
      const links = spotify
        ? openFor(() => refuseForbidden('spotify', spotify.simulated, settings))
        : { enabled: false, why: closed }
      const canSignIn = services.place().url !== undefined
      const signIn =
        links.enabled && !canSignIn ? { enabled: false, why: 'The operator has to state --public-url.' } : links
      const named = (service: 'listenbrainz' | 'lastfm') =>
        naming.ways.names.has(service) ? { enabled: true } : { enabled: false, why: closed }
      return {
        version: packageJson.version,
        simulated,
        listeners: state.listeners,
        model: model
          ? { version: model.version, kind: model.kind, trainedAt: isoTime(model.trainedAt), marks: [...model.marks] }
          : null,
        ready: model !== undefined && state.listeners > 0,
        work: services.work(),
        samples: [...samples],
        ways: {
          spotify: links,
          signIn,
          savePlaylists: signIn,
          listenbrainz: named('listenbrainz'),
          lastfm: named('lastfm'),
          stored: { enabled: bySource.some(({ origin }) => origin === 'research' || origin === 'simulated') },
          uploads: { enabled: true },
        },
        limits: {
          items: mostItems,
          requestBytes: limits.itemsBytes,
          uploadBytes: limits.uploadBytes,
          uploadFiles: mostFiles,
          matches: mostMatches,
        },
        formats: formats.filter((format) => !ofMany.has(format)),
        operator: services.operator !== undefined,
      }
    },
  })

  app.route({
    ...endpoints.health,
    handler: async () => ({ status: 'ok' as const, uptimeSeconds: Math.round(process.uptime()) }),
  })
}

function openFor(check: () => void): { enabled: boolean; why?: string } {
  try {
    check()
    return { enabled: true }
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    return { enabled: false, why: error.message }
  }
}
