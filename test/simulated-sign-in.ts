import assert from 'node:assert/strict'
import { request } from 'node:http'
import { defaultApp, type Mode } from '../simulator/spotify/settings.ts'
import { readingScopes, type SignIn, signInOnLoopback } from '../src/spotify/index.ts'
import type { Simulated } from './simulated-spotify.ts'

/** Opens an address as a browser does, and resolves to where it is sent, or to the page. */
function browse(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(response.headers.location ?? text))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Signs listener `i` in through the loopback listener, as the command line does. */
export function signIn(
  { simulator, environment, secrets }: Simulated,
  i: number,
  scopes = readingScopes,
  mode: Mode = 'dev_new',
): Promise<SignIn> {
  const person = encodeURIComponent(simulator.people.idOf(i))
  const options = { credentials: { clientId: defaultApp(mode).clientId }, hosts: simulator.hosts, environment, secrets }
  return signInOnLoopback(options, {
    scopes,
    show: async (url) => {
      assert.match(await browse(url), /Simulated sign-in/)
      await browse(await browse(`${url}&as=${person}&answer=agree`))
    },
  })
}
