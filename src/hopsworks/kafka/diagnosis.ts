import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { codeOf } from '../http/reach.ts'
import type { KafkaAccess } from './connector.ts'

/** Milliseconds for one look. */
const patience = 3_000
/** Milliseconds in which a broker refuses our certificate: in TLS 1.3 that comes after the handshake. */
const secondThought = 300

/**
 * Why the first broker that was named doesn't answer: the code of the failed connection, or undefined when it can be
 * connected to. The Kafka client retries in silence until its time is over, and then only tells that.
 */
export async function connectionFailure({ brokers, tls }: KafkaAccess): Promise<string | undefined> {
  const [, host = '', port = '9092'] = /^(.*?)(?::(\d+))?$/.exec(brokers[0] ?? '') ?? []
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  try {
    const to = { host, port: Number(port), timeout: patience }
    const socket = tls ? connectSecurely({ ...tls, ...to }) : connect(to)
    socket.once(tls ? 'secureConnect' : 'connect', () => setTimeout(() => resolve(undefined), secondThought))
    socket.on('error', (error) => resolve(codeOf(error) || 'unknown'))
    socket.once('timeout', () => resolve('ETIMEDOUT'))
    // Some servers hang up instead of saying why.
    socket.once('close', () => resolve(tls ? 'CERT_REFUSED' : 'ECONNRESET'))
    socket.resume()
    promise.then(() => socket.destroy())
  } catch (error) {
    // A key or certificate that can't be read.
    resolve(codeOf(error) || 'unknown')
  }
  return promise
}
