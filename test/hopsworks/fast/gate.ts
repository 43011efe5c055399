import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'

/**
 * The stretch of network before one part: passes every byte on, and can be cut (nothing gets through, nothing is refused) or
 * stopped (connections break, new ones are refused).
 */
export class Gate {
  readonly #host: string
  readonly #target: () => number | Promise<number>
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0
  #cut = false

  /** @param target the port that the part itself listens at, asked for with each connection */
  constructor(host: string, target: () => number | Promise<number>) {
    this.#host = host
    this.#target = target
  }

  get port(): number {
    return this.#port
  }

  /** @param port 0 for any that is free; once open, the same one ever after */
  async open(port = this.#port): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => void this.#pass(near))
    server.listen(port, this.#host)
    await once(server, 'listening')
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    if (!server) return
    const closed = once(server, 'close')
    server.close()
    await closed
  }

  /** Breaks the connections, and goes on listening. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.pause()
  }

  restore(): void {
    this.#cut = false
    for (const socket of this.#sockets) socket.resume()
  }

  async #pass(near: Socket): Promise<void> {
    near.on('error', () => {})
    this.#sockets.add(near)
    const port = await Promise.resolve(this.#target()).catch(() => undefined)
    if (near.destroyed || port === undefined) {
      this.#sockets.delete(near)
      near.destroy()
      return
    }
    const far = dial({ port, host: this.#host, allowHalfOpen: true })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause()
      })
      to.on('drain', () => {
        if (!this.#cut) from.resume()
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      if (this.#cut) from.pause()
    }
  }
}
