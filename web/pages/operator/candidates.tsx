import { useQuery } from '@tanstack/react-query'
import { operatorQueries } from '../../api/calls.ts'
import type { OperatorStatus } from '../../api/types.ts'
import { Table } from '../../parts/table.tsx'
import { format } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

/** Profiles that were found and wait to be read, by where they were found. */
export function Candidates({ candidates: { waiting } }: { readonly candidates: OperatorStatus['candidates'] }) {
  const { data: places = [] } = useQuery(operatorQueries.candidates)
  return (
    <section>
      <h2>{words.candidates}</h2>
      <p>{words.candidatesMessage(waiting)}</p>
      {places.length > 0 && (
        <Table
          label={words.candidates}
          head={[words.foundIn, words.waiting, words.read, words.failed]}
          rows={places.map((place) => [
            place.foundIn,
            place.foundIn,
            format(place.waiting),
            format(place.read),
            format(place.failed),
          ])}
        />
      )}
    </section>
  )
}
