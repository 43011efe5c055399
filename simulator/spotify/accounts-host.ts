import { createHash } from 'node:crypto'
import { type Answer, oauthFailure, ok } from './answer.ts'
import type { People } from './people.ts'
import type { App } from './settings.ts'
import type { Tokens } from './tokens.ts'

interface Accounts {
  readonly apps: ReadonlyMap<string, App>
  readonly people: People
  readonly tokens: Tokens
}

/**
 * The sign-in page: `/authorize`. A person chooses on it who they are; a script adds `as=<user id>` and
 * `answer=agree|decline` to the address instead.
 */
export function authorize({ apps, people, tokens }: Accounts, query: URLSearchParams): Answer {
  const app = apps.get(query.get('client_id') ?? '')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (app === undefined) return refused('INVALID_CLIENT: Invalid client')
  if (!isSecure(redirectUri)) return refused('INVALID_CLIENT: Insecure redirect URI')
  if (!isRegistered(app, redirectUri)) return refused('INVALID_CLIENT: Invalid redirect URI')
  const isCode = query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256'
  const challenge = query.get('code_challenge') ?? ''
  if (!isCode || !/^[\w-]{43}$/.test(challenge)) return refused('response_type must be code, with a challenge by S256')
  const back = new URL(redirectUri)
  const state = query.get('state')
  if (state !== null) back.searchParams.set('state', state)
  const answer = query.get('answer')
  if (answer === null) return signInPage(query, people)
  const person = people.find(query.get('as') ?? '')
  if (answer !== 'agree' || person === undefined) back.searchParams.set('error', 'access_denied')
  else {
    const scopes = new Set((query.get('scope') ?? '').split(/\s+/).filter(Boolean))
    back.searchParams.set('code', tokens.code({ app, person, scopes, redirectUri, challenge }))
  }
  return { status: 302, headers: { location: back.href } }
}

/** `POST /api/token`: client credentials, authorization code with PKCE, refresh. */
export function issueToken(
  { apps, tokens }: Accounts,
  form: URLSearchParams,
  authorization: string | undefined,
): Answer {
  const proved = authorization === undefined ? undefined : basic(authorization)
  const app = apps.get(proved?.id ?? form.get('client_id') ?? '')
  if (app === undefined) return oauthFailure('invalid_client', 'Invalid client')
  if (proved && proved.secret !== app.clientSecret) return oauthFailure('invalid_client', 'Invalid client secret')
  const granted = (fields: object) => ok({ token_type: 'Bearer', expires_in: 3600, ...fields })
  switch (form.get('grant_type')) {
    case 'client_credentials': {
      if (!proved) return oauthFailure('invalid_client', 'Invalid client secret')
      return granted({ access_token: tokens.access({ app, scopes: new Set() }) })
    }
    case 'authorization_code': {
      const code = tokens.takeCode(form.get('code') ?? '')
      if (!code || code.app !== app) return oauthFailure('invalid_grant', 'Invalid authorization code')
      if (form.get('redirect_uri') !== code.redirectUri) return oauthFailure('invalid_grant', 'Invalid redirect URI')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      if (challenge !== code.challenge) return oauthFailure('invalid_grant', 'code_verifier was incorrect')
      return granted({
        access_token: tokens.access(code),
        refresh_token: tokens.refresh(code),
        scope: [...code.scopes].join(' '),
      })
    }
    case 'refresh_token': {
      const token = form.get('refresh_token') ?? ''
      const grant = tokens.refreshable(token)
      if (!grant || grant.app !== app) return oauthFailure('invalid_grant', 'Refresh token revoked')
      const fields = { access_token: tokens.access(grant), scope: [...grant.scopes].join(' ') }
      if (!app.rotates) return granted(fields)
      tokens.end(token)
      return granted({ ...fields, refresh_token: tokens.refresh(grant) })
    }
    default:
      return oauthFailure('unsupported_grant_type', 'grant_type parameter is missing or not supported')
  }
}

function refused(text: string): Answer {
  return { status: 400, text }
}

function basic(authorization: string): { readonly id: string; readonly secret: string } {
  const [scheme, encoded = ''] = authorization.split(' ')
  const [id = '', secret = ''] = scheme === 'Basic' ? Buffer.from(encoded, 'base64').toString().split(':') : []
  return { id, secret }
}

/** HTTPS, or plain HTTP on a loopback address; not on `localhost`. */
function isSecure(redirectUri: string): boolean {
  const url = URL.parse(redirectUri)
  if (url?.protocol === 'http:') return url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  return url !== null && url.hostname !== 'localhost'
}

/** Byte for byte; any port where a loopback address was registered without one. */
function isRegistered(app: App, redirectUri: string): boolean {
  const url = new URL(redirectUri)
  const withoutPort = url.protocol === 'http:' ? redirectUri.replace(`:${url.port}/`, '/') : redirectUri
  return app.redirectUris.includes(redirectUri) || app.redirectUris.includes(withoutPort)
}

function signInPage(query: URLSearchParams, people: People): Answer {
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated sign-in</title>
<h1>Simulated sign-in</h1><p>Nobody real is here. Whose profile is it?</p>
<form action="/authorize">${hidden.join('')}
<label>Listener <input name="as" value="${escaped(people.idOf(0))}"></label>
<button name="answer" value="agree">Agree</button> <button name="answer" value="decline">Decline</button></form></html>`
  return { status: 200, text: page, type: 'text/html; charset=utf-8' }
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
