import { createHash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Addresses are known to us by this only, and only until the process ends. */
const salt = randomBytes(16)

/** Whose limits a request counts towards: an address, or a network of IPv6 that one customer has. */
export function clientOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return createHash('sha256').update(salt).update(networkOf(ip)).digest('base64url').slice(0, 22)
}

/** @example networkOf('2001:db8:1:2:3:4:5:6') // '2001:db8:1:2' */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined || !isIPv6(ip)) return mapped ?? ip
  const [head = '', tail = ''] = ip.split('%')[0]!.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = ip.includes('::') ? Array.from({ length: 8 - before.length - after.length }, () => '0') : []
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
