import type { Command } from 'commander'
import type { FeatureStore, Staleness } from '../../store/feature-store.ts'
import { storeName } from '../../store/open.ts'
import { type CommonOptions, consonanceCommand } from '../options.ts'
import { count, counted, ending, json, line, table } from '../output.ts'
import { type SpotifyState, spotifyState } from '../spotify.ts'
import { withWorkspace } from '../workspace.ts'

export function statusCommand(): Command {
  return consonanceCommand('status')
    .description('listeners, catalogue and models of the store')
    .action((options: CommonOptions) =>
      withWorkspace(options, 'existing', async ({ store, registry, policy, elapsed }) => {
        const [counts, models, lastChange] = await Promise.all([store.counts(), registry.models(), store.lastChange()])
        const promoted = models.find((model) => model.promoted)
        const refresh = promoted && (await refreshState(promoted.version, store))
        const spotify = await spotifyState(options.data, policy)
        if (options.json) {
          json({
            store: storeName(options.store, options.data),
            ...counts,
            lastChange,
            models: models.length,
            promoted: promoted?.version ?? null,
            refresh: refresh ?? null,
            spotify: spotify ?? null,
          })
          return
        }
        line(`Store: ${storeName(options.store, options.data)}`)
        line(
          table(
            ['what', 'number'],
            [
              ['listeners', count(counts.listeners)],
              ...counts.bySource.map((row) => [`  ${row.source} (${row.origin})`, count(row.listeners)]),
              ['playlists', count(counts.playlists)],
              ['entries', count(counts.entries)],
              ['tracks', count(counts.tracks)],
              ['  with audio features', count(counts.tracksWithAudio)],
              ['artists', count(counts.artists)],
              ['  with genres', count(counts.artistsWithGenres)],
              ['candidates to read', count(counts.candidatesWaiting)],
              ['models', count(models.length)],
            ],
          ),
        )
        line(promoted ? `Promoted: v${promoted.version} (${promoted.kind})` : 'No model is promoted yet.')
        if (refresh) line(refreshText(refresh))
        if (spotify) line(spotifyText(spotify))
        const behind = refresh ? refresh.missing + refresh.outdated : 0
        ending('Counted', elapsed(), nextStep(counts.listeners, promoted !== undefined, behind))
      }),
    )
}

/** How far the promoted model's descriptions are behind, and when everybody was last described. */
interface RefreshState extends Staleness {
  readonly at?: string
}

async function refreshState(version: number, store: FeatureStore): Promise<RefreshState> {
  const [staleness, notes] = await Promise.all([store.staleness(version), store.refreshes()])
  const note = notes.find(({ model }) => model === version)
  return { ...staleness, ...(note && { at: new Date(1000 * note.at).toISOString() }) }
}

function refreshText({ at, described, missing, outdated, beforeCatalogue }: RefreshState): string {
  const last = at ? `last refresh ${at.slice(0, 16).replace('T', ' ')} UTC` : 'never refreshed'
  const behind = [
    ...(missing > 0 ? [`${count(missing)} not described yet`] : []),
    ...(outdated > 0 ? [`${count(outdated)} changed since`] : []),
    ...(beforeCatalogue > 0 ? [`${count(beforeCatalogue)} from before genres or audio features last changed`] : []),
  ]
  return `Can be found: ${counted(described, 'listener')}, ${last}${behind.length > 0 ? `; ${behind.join(', ')}` : ''}`
}

/** As `docs/spotify-access.md` calls them. */
const tiers = {
  extended: 'an app with extended quota',
  legacy: 'a development app of before 2026-02-11 (legacy)',
  development: 'a development app',
} as const

function spotifyText({ tier, used, perDay, shutUntil }: SpotifyState): string {
  const isCounted = Number.isFinite(perDay)
  const parts = [
    ...(tier ? [tiers[tier]] : []),
    isCounted ? `${counted(used, 'request')} of ${count(perDay)} in the last 24 hours` : 'requests are not counted',
    ...(shutUntil === undefined
      ? []
      : [`closed until ${new Date(shutUntil).toISOString().slice(0, 16).replace('T', ' ')} UTC`]),
  ]
  return `Spotify: ${parts.join(', ')}`
}

function nextStep(listeners: number, trained: boolean, behind: number): string {
  if (listeners === 0) return 'consonance import PATH'
  if (!trained) return 'consonance train'
  return behind > 0 ? 'consonance refresh' : 'consonance match LISTENER'
}
