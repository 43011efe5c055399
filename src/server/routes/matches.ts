import type { Match, MatchQuery } from '../../matching/answer.ts'
import { shownListener } from '../../matching/shown-listener.ts'
import { savePlaylist } from '../../spotify/index.ts'
import type { Listener } from '../../taste/listener.ts'
import { endpoints } from '../contract/endpoints/endpoints.ts'
import { namedPlaylists, namesFor } from '../jobs/answers.ts'
import { ApiProblem } from '../problems.ts'
import { type Services, visible } from '../services.ts'
import { headOfListener, tasteView } from '../views/answer-view.ts'
import { choicesView } from '../views/choices-view.ts'
import { hygieneOf } from '../views/hygiene-view.ts'
import { pairView, playlistTracks, playlistView, shareCardView, type You } from '../views/pair-view.ts'
import type { TypedApp } from './types.ts'

type Asked = Parameters<typeof hygieneOf>[0]

/** A taste, its matches, and each match in detail. */
export function matchRoutes(app: TypedApp, services: Services): void {
  const { matcher, answers, store, ledger, signIns } = services

  app.route({
    ...endpoints.taste,
    handler: async ({ identity, params, body }) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      const [taste, profile] = await Promise.all([
        matcher.taste({ listener: listener.id }, hygieneOf(body.hygiene)),
        store.profile(listener.id, 'keep'),
      ])
      if (!profile) throw new ApiProblem('profile-not-found')
      return tasteView(headOfListener(listener, namesFor(listener, isOwner), namedPlaylists(profile)), taste)
    },
  })

  app.route({
    ...endpoints.hygieneChoices,
    handler: async ({ identity, params }) => {
      const { listener } = await visible(services, identity, params.profile)
      const [taste, profile] = await Promise.all([
        matcher.taste({ listener: listener.id }),
        store.profile(listener.id, 'keep'),
      ])
      if (!profile) throw new ApiProblem('profile-not-found')
      return choicesView(profile, taste)
    },
  })

  app.route({
    ...endpoints.matches,
    handler: async ({ identity, params, body: { k, hygiene, diversity, you } }) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      const left = hygieneOf(hygiene)
      return await answers.of(listener, { ...{ k, diversity, you, isOwner }, ...(left && { hygiene: left }) })
    },
  })

  app.route({
    ...endpoints.pair,
    handler: async ({ identity, params, body }) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      return pairView(youOf(listener, isOwner), await matchOf(listener, params.match, body.hygiene))
    },
  })

  app.route({
    ...endpoints.shareCard,
    handler: async ({ identity, params, body }) => {
      const { listener, isOwner } = await visible(services, identity, params.profile)
      const match = await matchOf(listener, params.match, body.hygiene)
      const other = await store.listenerByKey(params.match)
      if (!other) throw new ApiProblem('match-not-found')
      const agreed = other.consent.showName || other.provenance.origin === 'simulated'
      return shareCardView(youOf(listener, isOwner), match, agreed)
    },
  })

  app.route({
    ...endpoints.playlist,
    handler: async ({ identity, params, body: { hygiene, length, title: asked, save } }) => {
      const { listener } = await visible(services, identity, params.profile)
      const match = await matchOf(listener, params.match, hygiene)
      const title = asked ?? `For you and ${match.listener.name}`
      const playlist = playlistView(match, { title, length })
      if (!save) return playlist
      const { session } = identity
      if (!session?.person || !signIns) throw new ApiProblem('sign-in-needed', 'Sign in with Spotify to save it.')
      const tracks = playlistTracks(match, length).flatMap(({ spotify }) => spotify ?? [])
      if (tracks.length === 0)
        throw new ApiProblem('cannot-match', 'None of these tracks is known at Spotify, so there is nothing to save.')
      const saved = await savePlaylist(signIns.client(session.hash), {
        title,
        description: 'Made by Consonance of what two listeners share and could borrow from each other.',
        tracks,
      })
      return { ...playlist, saved }
    },
  })

  function youOf(listener: Listener, isOwner: boolean): You {
    const { name } = namesFor(listener, isOwner)
    const simulated = listener.provenance.origin === 'simulated'
    return {
      key: listener.key,
      ...(name !== undefined ? { name } : simulated && { name: shownListener(listener).name }),
      simulated,
    }
  }

  async function matchOf(listener: Listener, other: string, asked: Asked): Promise<Match> {
    const hygiene = hygieneOf(asked)
    const query: MatchQuery = { listener: listener.id }
    const isHidden = ledger.blocks.hiddenFrom(listener.key).includes(other)
    const match = isHidden ? undefined : await matcher.pair(query, other, hygiene && { hygiene })
    if (!match) throw new ApiProblem('match-not-found', 'They do not want to be found any more, or were erased.')
    return match
  }
}
