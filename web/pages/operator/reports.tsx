import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { closeReport, operatorQueries } from '../../api/calls.ts'
import { Table } from '../../parts/table.tsx'
import { moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator

/** What listeners reported about their matches. */
export function Reports() {
  const client = useQueryClient()
  const { data: reports = [] } = useQuery(operatorQueries.reports)
  const close = useMutation({
    mutationFn: closeReport,
    onSuccess: () => client.invalidateQueries({ queryKey: ['operator'] }),
  })
  return (
    <section className="across">
      <h2>{words.reports}</h2>
      {reports.length === 0 ? (
        <p className="quiet">{words.noReports}</p>
      ) : (
        <Table
          label={words.reports}
          head={[texts.you.name, words.reason, words.began, words.action]}
          rows={reports.map(({ id, at, name, reason, text }) => [
            id,
            name,
            [texts.pair.reasons[reason as keyof typeof texts.pair.reasons] ?? reason, text].filter(Boolean).join(': '),
            moment(at),
            <button
              key="resolve"
              type="button"
              className="button slim"
              aria-label={words.resolveReport(name)}
              onClick={() => close.mutate(id)}
            >
              {words.resolve}
            </button>,
          ])}
        />
      )}
    </section>
  )
}
