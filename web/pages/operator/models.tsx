import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { operatorQueries, promoteModel, rollBackModel } from '../../api/calls.ts'
import { apiUrl } from '../../api/client.ts'
import type { Model } from '../../api/types.ts'
import { ProblemNotice } from '../../parts/notice.tsx'
import { Table } from '../../parts/table.tsx'
import { moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.operator
const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** The registry: what there is, what serves, and the way forward and back. */
export function Models() {
  const client = useQueryClient()
  const { data: models } = useQuery(operatorQueries.models)
  const change = useMutation({
    mutationFn: (version: number | undefined) => (version === undefined ? rollBackModel() : promoteModel(version)),
    onSuccess: () => client.invalidateQueries(),
  })
  if (!models) return null
  return (
    <section className="across">
      <h2>{words.models}</h2>
      {models.length === 0 ? (
        <p className="quiet">{words.noModels}</p>
      ) : (
        <Table
          label={words.models}
          head={[words.version, words.kind, words.trained, words.measures, words.report, words.action]}
          rows={models.map((model) => [
            model.version,
            <>
              {model.version} {model.promoted && <span className="mark">{words.serves}</span>}
            </>,
            [model.kind, ...model.marks].join(', '),
            moment(model.trainedAt),
            <Measures key="measures" metrics={model.metrics} />,
            model.report && (
              <a href={apiUrl(`operator/models/${model.version}/report`)}>{words.openReport(model.version)}</a>
            ),
            model.promoted || (
              <button
                type="button"
                className="button slim"
                aria-label={words.promoteVersion(model.version)}
                onClick={() => change.mutate(model.version)}
              >
                {words.promote}
              </button>
            ),
          ])}
        />
      )}
      {models.length > 1 && (
        <p>
          <button type="button" className="button slim" onClick={() => change.mutate(undefined)}>
            {words.rollback}
          </button>
        </p>
      )}
      {change.error && <ProblemNotice problem={change.error} />}
      <p role="status">{change.data && words.rolledBack(change.data.promoted)}</p>
    </section>
  )
}

/** How many measures of a model are told before somebody asks for all. */
const first = 2

function Measures({ metrics }: Pick<Model, 'metrics'>) {
  const told = Object.entries(metrics).map(([name, value]) => `${name} ${three.format(value)}`)
  return (
    <>
      {told.slice(0, first).join(', ')}
      {told.length > first && (
        <details>
          <summary>{words.allMeasures(told.length)}</summary>
          <ul className="measures">
            {told.map((measure) => (
              <li key={measure}>{measure}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
