import { Problem } from '../taste/problem.ts'

/** Where requests go. */
export interface Hosts {
  /** The Web API, with its version: `https://api.spotify.com/v1`. */
  readonly api: string
  /** Sign-in and tokens: `https://accounts.spotify.com`. */
  readonly accounts: string
}

export const spotifyHosts: Hosts = { api: 'https://api.spotify.com/v1', accounts: 'https://accounts.spotify.com' }

/**
 * Checks configured addresses: HTTPS, or plain HTTP on a loopback address, where the simulator listens.
 * @throws Problem naming the address.
 */
export function checkedHosts(hosts: Hosts): Hosts {
  return { api: checked(hosts.api), accounts: checked(hosts.accounts) }
}

function checked(address: string): string {
  const url = URL.parse(address)
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(address))
  if (!url || !safe || url.username || url.search || url.hash)
    throw new Problem(`spotify: "${address}" is not an address that tokens may be sent to`, {
      do: 'use https://, or http:// with a loopback address such as http://127.0.0.1:4040/v1',
    })
  return url.href.replace(/\/+$/, '')
}

/** Whether the address is on this machine itself. Names are not looked up: only loopback literals count. */
export function isLoopback(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? ''
  return host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
