import { endpoints } from '../contract/endpoints/endpoints.ts'
import { knownProblem } from '../failures.ts'
import { isoTime } from '../jobs/fold.ts'
import { secretOf } from '../ledger/secret.ts'
import { ApiProblem } from '../problems.ts'
import type { Services } from '../services.ts'
import { ownName } from '../views/names.ts'
import { profileView } from '../views/profile-view.ts'
import type { TypedApp } from './types.ts'

/** Who somebody is: sessions, tokens, signing in. */
export function sessionRoutes(app: TypedApp, services: Services): void {
  const { identities, ledger, store, signIns, now } = services

  app.route({
    ...endpoints.session,
    handler: async ({ identity: { session, operator, owned } }) => {
      const grants = [
        ...(session ? ledger.sessions.grants(session.hash) : []),
        ...(owned !== undefined ? [{ listener: owned, role: 'owner' as const }] : []),
      ]
      const profiles = await Promise.all(
        grants.map(async ({ listener: key, role }) => {
          const listener = await store.listenerByKey(key)
          if (!listener) return []
          const { origin } = listener.provenance
          const name = ownName(listener, role === 'owner')
          return [{ key, name, role, origin, simulated: origin === 'simulated' }]
        }),
      )
      const person = session?.person && signIns?.view(session.hash, session.person)
      const mine = person && (await store.listener(`spotify:${person.id}`))
      return {
        operator,
        profiles: profiles.flat(),
        ...(person && {
          signedIn: {
            service: 'spotify' as const,
            name: person.name,
            ...(mine && { profile: mine.key }),
            mayWritePlaylists: person.mayWritePlaylists,
            endsAt: isoTime(person.endsAt / 1000),
          },
        }),
      }
    },
  })

  app.route({
    ...endpoints.endSession,
    handler: async (request, reply) => {
      const { session } = request.identity
      if (session) signIns?.forget(session.hash)
      identities.end(request, reply)
      return reply.code(204).send()
    },
  })

  app.route({
    ...endpoints.takeOwnership,
    handler: async (request, reply) => {
      const key = ledger.owners.listenerOf(secretOf(request.body.owner).hash)
      const listener = key && (await store.listenerByKey(key))
      if (!listener)
        throw new ApiProblem('owner-token-wrong', 'Check that it is complete; the profile may have been erased.')
      const { hash } = identities.session(request, reply)
      ledger.sessions.grant(hash, listener.key, 'owner', now())
      return profileView(services, listener, 'owner')
    },
  })

  app.route({
    ...endpoints.operatorSignIn,
    config: { rateLimit: { max: 10, timeWindow: 60_000 } },
    handler: async (request, reply) => {
      if (services.operator === undefined || secretOf(request.body.token).hash !== services.operator)
        throw new ApiProblem(
          'operator-token-wrong',
          'It is what the operator put into CONSONANCE_OPERATOR_TOKEN or a file.',
        )
      const { hash } = identities.renew(request, reply)
      ledger.sessions.makeOperator(hash)
      return reply.code(204).send()
    },
  })

  app.route({
    ...endpoints.signIn,
    config: { rateLimit: { max: 20, timeWindow: 60_000 } },
    handler: async (request, reply) => {
      const { url } = services.place()
      if (!signIns || url === undefined)
        throw new ApiProblem(
          'way-closed',
          'Signing in with Spotify is not set up here. Bring the data that you exported instead.',
        )
      const { hash } = identities.session(request, reply)
      const { back = '', playlists } = request.query
      const redirectUri = new URL('v1/sign-in/spotify/callback', url).href
      return reply.redirect(signIns.begin(hash, { redirectUri, back, write: playlists === 'write' }), 302)
    },
  })

  app.route({
    ...endpoints.signInCallback,
    handler: async (request, reply) => {
      const { session } = request.identity
      const { code, state, error } = request.query
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({ code, state, error }))
        if (value !== undefined) query.set(name, value)
      const back = signIns?.backOf(session?.hash, state ?? '')
      try {
        if (!signIns) throw new ApiProblem('way-closed')
        const { id } = await signIns.finish(session?.hash, query)
        // Whoever knew the cookie before, say from a shared computer, must not be signed in now.
        const { hash } = identities.renew(request, reply)
        const listener = await store.listener(`spotify:${id}`)
        if (listener) {
          ledger.owners.add(secretOf().hash, listener.key)
          ledger.sessions.withdrawViewers(listener.key)
          ledger.sessions.grant(hash, listener.key, 'owner', now())
        }
        return reply.redirect(pageAt(back, { 'signed-in': '1' }), 303)
      } catch (thrown) {
        const known = knownProblem(thrown)
        if (!known) request.log.error({ err: thrown }, 'sign-in')
        return reply.redirect(pageAt(back, { 'sign-in-problem': known?.code ?? 'internal' }), 303)
      }
    },
  })

  /** A page of ours, whatever `back` says. */
  function pageAt(back: string | undefined, query: Readonly<Record<string, string>>): string {
    const base = new URL(services.place().url ?? 'http://127.0.0.1/')
    const page = URL.parse((back ?? '').replace(/^\/+/, ''), base.href)
    const isOurs = page?.origin === base.origin && page.pathname.startsWith(base.pathname)
    const target = isOurs ? page : base
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
    return target.href
  }
}
