/** What became of a row. */
export type IngestionStatus = 'UPSERTED' | 'DELETED' | 'FAILED' | 'IGNORED'

interface Ingestion {
  readonly id: number
  readonly numEntries: number | null
  readonly rows: Map<IngestionStatus, number>
}

/** What OnlineFS reports of each announced write, by feature group. */
export class OnlineIngestions {
  readonly #byGroup = new Map<number, Ingestion[]>()
  #last = 4

  create(groupId: number, numEntries: number | null): unknown {
    const ingestion = { id: ++this.#last, numEntries, rows: new Map() }
    this.#byGroup.set(groupId, [...(this.#byGroup.get(groupId) ?? []), ingestion])
    return dto(ingestion)
  }

  report(groupId: number, id: number, status: IngestionStatus): void {
    const rows = this.#byGroup.get(groupId)?.find((each) => each.id === id)?.rows
    rows?.set(status, (rows.get(status) ?? 0) + 1)
  }

  /** @param filter `LATEST` or `ID:5`, otherwise all */
  list(groupId: number, filter: string | null): readonly unknown[] {
    const all = this.#byGroup.get(groupId) ?? []
    if (filter === 'LATEST') return all.slice(-1).map(dto)
    const id = filter && /^ID:(\d+)$/i.exec(filter)
    return (id ? all.filter((each) => each.id === Number(id[1])) : all).map(dto)
  }
}

function dto({ id, numEntries, rows }: Ingestion) {
  const results = [...rows].map(([status, count]) => ({ onlineIngestionId: id, status, rows: count }))
  return { id, numEntries, results }
}
