/**
 * What this broker understands of https://kafka.apache.org/protocol.html: enough for producers (idempotent or not), offsets
 * and fetching without groups. No request is answered in a version of the newer encoding but ApiVersions, so clients that
 * negotiate, as all do, use the older one.
 */
import { BatchError, errorCodes, readBatches } from './record-batch.ts'
import type { Topics } from './topics.ts'
import { type WireReader, WireWriter } from './wire.ts'

/** What requests are answered from. */
export interface BrokerState {
  readonly topics: Topics
  /** As clients shall reach it. */
  readonly host: string
  readonly port: () => number
  readonly nextProducerId: () => bigint
  /** Told after a produce request has been stored, before its answer; false when the answer shall be lost. */
  readonly answersProduce: () => boolean
}

type Answer = WireWriter | undefined

interface Api {
  readonly key: number
  /** Advertised; of what is below `least`, nothing is answered. Clients judge a broker's age by the lowest version. */
  readonly min: number
  readonly least: number
  readonly max: number
  answer(reader: WireReader, version: number, state: BrokerState): Answer | Promise<Answer>
}

const node = 1
const noTime = -1n
const earliest = -2n
const unknownOperations = -0x80000000

const produce: Api = {
  key: 0,
  min: 0,
  least: 3,
  max: 8,
  answer(reader, version, state) {
    reader.nullableString()
    const acks = reader.int16()
    reader.int32()
    const answers = reader.array(() => {
      const name = reader.string()
      return {
        name,
        partitions: reader.array(() => stored(state.topics, name, reader.int32(), reader.nullableBytes())),
      }
    })
    if (!state.answersProduce() || acks === 0) return undefined
    const writer = new WireWriter()
    writer.array(answers, ({ name, partitions }) => {
      writer.string(name).array(partitions, ({ partition, code, offset, message }) => {
        writer.int32(partition).int16(code).int64(offset).int64(noTime)
        if (version >= 5) writer.int64(0n)
        if (version >= 8) writer.array([], () => {}).nullableString(message)
      })
    })
    return writer.int32(0)
  },
}

function stored(topics: Topics, name: string, partition: number, bytes: Buffer | null) {
  const log = topics.get(name)?.[partition]
  if (!log) return { partition, code: errorCodes.unknownTopicOrPartition, offset: -1n, message: null }
  try {
    let offset = -1
    for (const batch of readBatches(bytes ?? Buffer.alloc(0))) {
      const at = topics.append(name, partition, log, batch)
      if (offset < 0) offset = at
    }
    return { partition, code: errorCodes.none, offset: BigInt(offset), message: null }
  } catch (error) {
    if (!(error instanceof BatchError)) throw error
    return { partition, code: error.code, offset: -1n, message: error.message }
  }
}

const fetch: Api = {
  key: 1,
  min: 0,
  least: 4,
  max: 11,
  async answer(reader, version, { topics }) {
    reader.int32()
    const wait = reader.int32()
    reader.int32()
    reader.int32()
    reader.int8()
    if (version >= 7) {
      reader.int32()
      reader.int32()
    }
    const wanted = reader.array(() => ({
      name: reader.string(),
      partitions: reader.array(() => {
        const partition = reader.int32()
        if (version >= 9) reader.int32()
        const offset = Number(reader.int64())
        if (version >= 5) reader.int64()
        return { partition, offset, maxBytes: reader.int32() }
      }),
    }))
    const ready = () =>
      wanted.some(({ name, partitions }) =>
        partitions.some(({ partition, offset }) => topics.get(name)?.[partition]?.high !== offset),
      )
    if (!ready()) await arrival(topics, wait, ready)

    const writer = new WireWriter().int32(0)
    if (version >= 7) writer.int16(errorCodes.none).int32(0)
    return writer.array(wanted, ({ name, partitions }) => {
      writer.string(name).array(partitions, ({ partition, offset, maxBytes }) => {
        const log = topics.get(name)?.[partition]
        const known = log && offset >= 0 && offset <= log.high
        const code = !log ? errorCodes.unknownTopicOrPartition : known ? errorCodes.none : errorCodes.offsetOutOfRange
        const high = BigInt(log?.high ?? -1)
        writer.int32(partition).int16(code).int64(high).int64(high)
        if (version >= 5) writer.int64(0n)
        writer.array([], () => {})
        if (version >= 11) writer.int32(-1)
        writer.nullableBytes(known ? log.read(offset, maxBytes) : Buffer.alloc(0))
      })
    })
  },
}

/** Until there is something to read, or the client's patience ends. */
function arrival(topics: Topics, ms: number, ready: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, ms)
    timer.unref()
    const stop = topics.onAppend(() => {
      if (ready()) done()
    })
  })
}

const listOffsets: Api = {
  key: 2,
  min: 0,
  least: 1,
  max: 5,
  answer(reader, version, { topics }) {
    reader.int32()
    if (version >= 2) reader.int8()
    const wanted = reader.array(() => ({
      name: reader.string(),
      partitions: reader.array(() => {
        const partition = reader.int32()
        if (version >= 4) reader.int32()
        return { partition, time: reader.int64() }
      }),
    }))
    const writer = new WireWriter()
    if (version >= 2) writer.int32(0)
    return writer.array(wanted, ({ name, partitions }) => {
      writer.string(name).array(partitions, ({ partition, time }) => {
        const log = topics.get(name)?.[partition]
        writer.int32(partition).int16(log ? errorCodes.none : errorCodes.unknownTopicOrPartition)
        writer.int64(noTime).int64(log ? BigInt(time === earliest ? 0 : log.high) : -1n)
        if (version >= 4) writer.int32(0)
      })
    })
  },
}

const metadata: Api = {
  key: 3,
  min: 0,
  least: 4,
  max: 8,
  answer(reader, version, { topics, host, port }) {
    const wanted = reader.nullableArray(() => reader.string())
    const create = reader.bool()
    if (create) for (const name of wanted ?? []) topics.create(name)
    const writer = new WireWriter().int32(0)
    writer.array([0], () => writer.int32(node).string(host).int32(port()).nullableString(null))
    writer.nullableString('local-hopsworks').int32(node)
    writer.array(wanted ?? topics.names, (name) => {
      const logs = topics.get(name)
      writer
        .int16(logs ? errorCodes.none : errorCodes.unknownTopicOrPartition)
        .string(name)
        .bool(false)
      writer.array([...(logs ?? []).keys()], (partition) => {
        writer.int16(errorCodes.none).int32(partition).int32(node)
        if (version >= 7) writer.int32(0)
        writer.array([node], (id) => writer.int32(id)).array([node], (id) => writer.int32(id))
        if (version >= 5) writer.array([], () => {})
      })
      if (version >= 8) writer.int32(unknownOperations)
    })
    if (version >= 8) writer.int32(unknownOperations)
    return writer
  },
}

const findCoordinator: Api = {
  key: 10,
  min: 0,
  least: 0,
  max: 2,
  answer(_reader, version, { host, port }) {
    const writer = new WireWriter()
    if (version >= 1) writer.int32(0)
    writer.int16(errorCodes.none)
    if (version >= 1) writer.nullableString(null)
    return writer.int32(node).string(host).int32(port())
  },
}

const apiVersions: Api = {
  key: 18,
  min: 0,
  least: 0,
  max: 3,
  answer(_reader, version) {
    const writer = new WireWriter().int16(errorCodes.none)
    const api = ({ key, min, max }: Api) => writer.int16(key).int16(min).int16(max)
    if (version >= 3)
      return writer
        .compactArray(apis, (each) => api(each).noTags())
        .int32(0)
        .noTags()
    writer.array(apis, api)
    return version >= 1 ? writer.int32(0) : writer
  },
}

const initProducerId: Api = {
  key: 22,
  min: 0,
  least: 0,
  max: 1,
  answer(reader, _version, { nextProducerId }) {
    const transactional = reader.nullableString() !== null
    const writer = new WireWriter().int32(0)
    if (transactional) return writer.int16(errorCodes.invalidRequest).int64(-1n).int16(-1)
    return writer.int16(errorCodes.none).int64(nextProducerId()).int16(0)
  },
}

const apis: readonly Api[] = [produce, fetch, listOffsets, metadata, findCoordinator, apiVersions, initProducerId]

/**
 * The answer to one request, without its length.
 * @returns undefined when there is none: the client wanted none, or it shall be lost
 * @throws {RangeError} when the request can't be understood; the connection is then to be closed, as Kafka does
 */
export async function answerRequest(
  reader: WireReader,
  state: BrokerState,
): Promise<{ readonly key: number; readonly bytes: Buffer | undefined }> {
  const key = reader.int16()
  const version = reader.int16()
  const correlation = reader.int32()
  reader.nullableString()
  const api = apis.find((each) => each.key === key)
  const head = new WireWriter().int32(correlation)
  if (key === apiVersions.key && version > apiVersions.max) {
    head
      .int16(errorCodes.unsupportedVersion)
      .array([apiVersions], ({ min, max }) => head.int16(key).int16(min).int16(max))
    return { key, bytes: head.bytes() }
  }
  if (!api || version < api.least || version > api.max) throw new RangeError(`kafka: API ${key} version ${version}`)
  const body = await api.answer(reader, version, state)
  return { key, bytes: body && Buffer.concat([head.bytes(), body.bytes()]) }
}
