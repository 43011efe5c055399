import { BatchError, errorCodes, type RecordBatch } from './record-batch.ts'

interface ProducerState {
  readonly epoch: number
  /** The newest last; a batch that is sent again is known by its sequence, as long as it is among the last five. */
  readonly batches: { readonly first: number; readonly last: number; readonly offset: number }[]
}

/** One partition: batches in the order of arrival, each stored once however often its producer sends it. */
export class PartitionLog {
  readonly #batches: { readonly offset: number; readonly next: number; readonly bytes: Buffer }[] = []
  readonly #producers = new Map<bigint, ProducerState>()
  #high = 0

  /** The offset that the next record will get. */
  get high(): number {
    return this.#high
  }

  /**
   * Stores a batch.
   * @returns where it begins, and whether it had been stored before
   * @throws {BatchError} when its producer's epoch is over, or batches before it are missing
   */
  append(batch: RecordBatch): { readonly offset: number; readonly again: boolean } {
    if (batch.producerId >= 0n) {
      const known = this.#known(batch)
      if (known !== undefined) return { offset: known, again: true }
    }
    const offset = this.#high
    const bytes = Buffer.from(batch.bytes)
    bytes.writeBigInt64BE(BigInt(offset), 0)
    bytes.writeInt32BE(0, 12)
    this.#high += batch.records.length
    this.#batches.push({ offset, next: this.#high, bytes })
    if (batch.producerId >= 0n) this.#remember(batch, offset)
    return { offset, again: false }
  }

  #known(batch: RecordBatch): number | undefined {
    const state = this.#producers.get(batch.producerId)
    if (!state) return undefined
    if (batch.producerEpoch < state.epoch)
      throw new BatchError(errorCodes.invalidProducerEpoch, 'an old producer epoch')
    if (batch.producerEpoch > state.epoch) {
      if (batch.firstSequence !== 0) throw new BatchError(errorCodes.outOfOrderSequence, 'a new epoch begins at 0')
      return undefined
    }
    const last = batch.firstSequence + batch.records.length - 1
    const same = state.batches.find((stored) => stored.first === batch.firstSequence && stored.last === last)
    if (same) return same.offset
    const expected = state.batches.at(-1)!.last + 1
    if (batch.firstSequence !== expected)
      throw new BatchError(errorCodes.outOfOrderSequence, `sequence ${batch.firstSequence} instead of ${expected}`)
    return undefined
  }

  #remember(batch: RecordBatch, offset: number): void {
    const old = this.#producers.get(batch.producerId)
    const batches = old?.epoch === batch.producerEpoch ? old.batches.slice(-4) : []
    batches.push({ first: batch.firstSequence, last: batch.firstSequence + batch.records.length - 1, offset })
    this.#producers.set(batch.producerId, { epoch: batch.producerEpoch, batches })
  }

  /** Whole batches from the one that holds `offset` on, at least one, otherwise up to `maxBytes`. */
  read(offset: number, maxBytes: number): Buffer {
    const parts: Buffer[] = []
    let size = 0
    for (const batch of this.#batches) {
      if (batch.next <= offset) continue
      if (parts.length > 0 && size + batch.bytes.length > maxBytes) break
      parts.push(batch.bytes)
      size += batch.bytes.length
    }
    return Buffer.concat(parts)
  }
}
