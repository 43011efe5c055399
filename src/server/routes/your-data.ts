import { shownListener } from '../../matching/shown-listener.ts'
import { exportProfile } from '../../pipelines/export.ts'
import { playlistTitles } from '../../spotify/index.ts'
import { endpoints } from '../contract/endpoints/endpoints.ts'
import { isoTime } from '../jobs/fold.ts'
import { opaqueId, secretOf } from '../ledger/secret.ts'
import { ApiProblem } from '../problems.ts'
import { owned, type Services, visible } from '../services.ts'
import { profileView } from '../views/profile-view.ts'
import type { TypedApp } from './types.ts'

/** Seconds in which a claim has to be finished. */
const claimLife = 24 * 3600

/** What the owner of a profile can do with it. */
export function yourDataRoutes(app: TypedApp, services: Services): void {
  const { store, ledger, identities, spotify, now } = services

  app.route({
    ...endpoints.profile,
    handler: async ({ identity, params }) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      return await profileView(services, listener, isOwner ? 'owner' : 'viewer')
    },
  })

  app.route({
    ...endpoints.setConsent,
    handler: async ({ identity, params, body }) => {
      const { id } = await owned(services, identity, params.profile)
      await store.setConsent(id, body)
      return body
    },
  })

  app.route({
    ...endpoints.exportData,
    handler: async ({ identity, params }, reply) => {
      const { id } = await owned(services, identity, params.profile)
      const line = JSON.stringify(await exportProfile(id, { store }))
      return reply
        .header('content-type', 'application/x-ndjson')
        .header('content-disposition', 'attachment; filename="consonance.profiles.jsonl"')
        .header('cache-control', 'no-store')
        .send(`${line}\n`)
    },
  })

  app.route({
    ...endpoints.erase,
    handler: async ({ identity, params }, reply) => {
      await services.eraseListener(await owned(services, identity, params.profile))
      return reply.code(204).send()
    },
  })

  app.route({
    ...endpoints.beginClaim,
    handler: async (request, reply) => {
      const { listener } = await claimable(request, request.params.profile)
      const { hash } = identities.session(request, reply)
      const code = `consonance-${opaqueId()
        .replaceAll(/[^a-zA-Z0-9]/g, '')
        .slice(0, 10)
        .toLowerCase()}`
      const expiresAt = now() + claimLife
      ledger.sessions.startClaim(hash, listener.key, code, expiresAt)
      const canSignIn = services.signIns !== undefined && services.place().url !== undefined
      return { code, expiresAt: isoTime(expiresAt), ...(canSignIn && { signIn: 'sign-in/spotify' }) }
    },
  })

  app.route({
    ...endpoints.finishClaim,
    config: { rateLimit: { max: 6, timeWindow: 60_000 } },
    handler: async (request) => {
      const { listener } = await claimable(request, request.params.profile)
      const { session } = request.identity
      const code = session && ledger.sessions.claim(session.hash, listener.key, now())
      if (!session || !code) throw new ApiProblem('claim-not-begun', 'Begin again, and use the new code.')
      const titles = await playlistTitles(spotify!.client, listener.id.slice('spotify:'.length))
      if (!titles.some((title) => title.toLowerCase().includes(code)))
        throw new ApiProblem('claim-code-missing', `No public playlist of this profile has ${code} in its title.`)
      // Somebody else may have been faster.
      await claimable(request, request.params.profile)
      const token = secretOf()
      ledger.owners.add(token.hash, listener.key)
      ledger.sessions.withdrawViewers(listener.key)
      ledger.sessions.grant(session.hash, listener.key, 'owner', now())
      ledger.sessions.endClaim(session.hash, listener.key)
      return { profile: listener.key, owner: token.text }
    },
  })

  app.route({
    ...endpoints.blocks,
    handler: async ({ identity, params }) => {
      const { key } = await owned(services, identity, params.profile)
      const blocked = await Promise.all(
        ledger.blocks.of(key).map(async ({ other, at }) => {
          const listener = await store.listenerByKey(other)
          return listener ? [{ listener: other, name: shownListener(listener).name, since: isoTime(at) }] : []
        }),
      )
      return blocked.flat()
    },
  })

  app.route({
    ...endpoints.block,
    handler: async ({ identity, params }, reply) => {
      const { key } = await owned(services, identity, params.profile)
      if (!(await store.listenerByKey(params.match))) throw new ApiProblem('match-not-found')
      ledger.blocks.add(key, params.match, now())
      return reply.code(204).send()
    },
  })

  app.route({
    ...endpoints.unblock,
    handler: async ({ identity, params }, reply) => {
      const { key } = await owned(services, identity, params.profile)
      ledger.blocks.remove(key, params.match)
      return reply.code(204).send()
    },
  })

  app.route({
    ...endpoints.report,
    config: { rateLimit: { max: 20, timeWindow: 60_000 } },
    handler: async ({ identity, params, body }, reply) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      if (!(await store.listenerByKey(params.match))) throw new ApiProblem('match-not-found')
      const { reason, text = null } = body
      ledger.reports.add({ reporter: listener.key, listener: params.match, reason, text, at: now() })
      // Whoever merely named a profile must not decide whom it shows up to.
      if (body.block && isOwner) ledger.blocks.add(listener.key, params.match, now())
      return reply.code(204).send()
    },
  })

  async function claimable({ identity }: { readonly identity: Parameters<typeof visible>[1] }, key: string) {
    const seen = await visible(services, identity, key)
    if (seen.isOwner) throw new ApiProblem('claim-not-possible', 'It is yours already.')
    if (!seen.listener.id.startsWith('spotify:') || !spotify)
      throw new ApiProblem('claim-not-possible', 'Only profiles of Spotify can be claimed here.')
    if (ledger.owners.isOwned(key)) throw new ApiProblem('claim-not-possible', 'Somebody else has claimed it.')
    return seen
  }
}
