import { HopsworksError } from '../error.ts'
import type { NewModel } from './model-registry.ts'

const longestDescription = 256

/** Says early what would fail after the upload. @throws HopsworksError */
export function checkModel({ name, version, description = '', files, metrics = {} }: NewModel): void {
  const wrong = (what: string, advice: string) =>
    new HopsworksError('client', `model "${name}": ${what}`, { do: advice })
  if (!/^\w+$/.test(name)) throw wrong('the name is not allowed', 'use letters, digits and _')
  if (version !== undefined && (!Number.isInteger(version) || version < 1))
    throw wrong(`version ${version} is not allowed`, 'count from 1, or leave it out')
  if (description.length > longestDescription)
    throw wrong(
      `the description has ${description.length} characters`,
      `keep it to ${longestDescription}: servers fail on more`,
    )
  if (files.size === 0) throw wrong('it has no files', 'give at least one')
  for (const file of files.keys())
    if (file.split('/').some((part) => part === '' || part === '.' || part === '..'))
      throw wrong(`"${file}" is no name of a file`, 'write it as folder/file')
  for (const [metric, value] of Object.entries(metrics)) {
    checkMetric(metric)
    if (!Number.isFinite(value)) throw wrong(`the metric "${metric}" is no finite number`, 'leave it out')
  }
}

/** The registry puts a metric's name into its SQL as it is. @throws HopsworksError */
export function checkMetric(metric: string): void {
  if (!/^[a-z0-9_]+$/.test(metric))
    throw new HopsworksError('client', `"${metric}" can't be the name of a metric`, { do: 'use a-z, 0-9 and _' })
}
