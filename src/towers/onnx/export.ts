import type { ParameterValues } from '../inference.ts'
import { type TowerShape, viewColumns } from '../shape.ts'
import { audioColumns, type BagView } from '../tower-input.ts'
import { OnnxGraph } from './graph.ts'

/**
 * Both towers as one ONNX graph (opset 20), for serving where there is no Node.
 *
 * Inputs, for N rows: `<view>_indices` int64 [N, E] and `<view>_weights` [N, E] for every view that is a bag, padded by
 * any index with weight 0; `audio` [N, 20] and `has_audio` [N, 1] where the network hears. Outputs: `listener` [N, d], the
 * rows as listeners, and `item` [N, d], the rows as items, of unit length, or zeros where nothing is known.
 */
export function exportOnnx(shape: TowerShape, values: ParameterValues, projection: Float32Array): Uint8Array {
  const graph = new OnnxGraph()
  const stored = projection.length / shape.output
  const constant = (name: string, ...dims: readonly number[]) => graph.floats(name, dims, values.get(name)!)
  const least = graph.floats('least', [1], Float32Array.of(1e-12))
  const unit = (x: string, name: string) => {
    const norm = graph.node('ReduceL2', [x, graph.integers(`${name}.axis`, [1])], `${name}.norm`)
    return graph.node('Div', [x, graph.node('Max', [norm, least], `${name}.length`)], `${name}.unit`)
  }

  const blocks = viewColumns(shape).map(({ view, columns }) => {
    const x = view === 'audio' ? audio(graph, constant, columns) : bag(graph, constant, view, shape)
    const gated = graph.node('Mul', [unit(x, view), constant(`${view}.gate`, 1, 1)], `${view}.gated`)
    return view === 'audio' ? graph.node('Mul', [gated, 'has_audio'], 'audio.known') : gated
  })
  const h = graph.node('Concat', blocks, 'h', { axis: 1 }) // [N, D]
  const D = viewColumns(shape).reduce((sum, { columns }) => sum + columns, 0)
  const { hidden, output } = shape

  const P = graph.floats('projection', [output, stored], projection)
  const u = graph.node('MatMul', [h, constant('listener.W1', D, hidden)], 'u') // [N, k]
  const biased = graph.node('Add', [u, constant('listener.b1', 1, hidden)], 'u.biased')
  const a = graph.node('Gelu', [biased], 'a', { approximate: 'tanh' }) // [N, k]
  const linear = graph.node('MatMul', [h, constant('listener.W', D, output)], 'linear') // [N, d]
  const residual = graph.node('MatMul', [a, constant('listener.W2', hidden, output)], 'residual')
  const sum = graph.node('Add', [linear, residual], 'sum')
  const y = graph.node('Add', [sum, constant('listener.b2', 1, output)], 'y')
  const item = graph.node('MatMul', [h, constant('item.W', D, output)], 'item.y')

  const zero = graph.floats('zero', [1], Float32Array.of(0))
  const length = graph.node('ReduceL2', [h, graph.integers('h.axis', [1])], 'h.norm') // [N, 1]
  const known = graph.node('Cast', [graph.node('Greater', [length, zero], 'h.some')], 'h.known', { to: 1 })
  for (const [name, x] of [
    ['listener', y],
    ['item', item],
  ] as const) {
    const stored = unit(graph.node('MatMul', [x, P], `${name}.stored`), `${name}.stored`)
    graph.node('Mul', [stored, known], name)
  }
  graph.output('listener', ['N', stored], 'rows as listeners: unit length, or zeros')
  graph.output('item', ['N', stored], 'rows as items: unit length, or zeros')
  return graph.encode('two_towers', 'Consonance: listeners and items in one space; closeness is the dot product')
}

type Constant = (name: string, ...dims: readonly number[]) => string

/** Σ_e weights[e] T[indices[e]]: [N, d]. */
function bag(graph: OnnxGraph, constant: Constant, view: BagView, shape: TowerShape): string {
  const [rows, columns] = shape.tables[view]!
  const entries = `${view}_entries`
  const indices = graph.input(`${view}_indices`, 'int64', ['N', entries], `rows of the ${view} table`)
  const weights = graph.input(`${view}_weights`, 'float', ['N', entries], 'their weights, 0 for padding')
  const gathered = graph.node('Gather', [constant(`${view}.table`, rows, columns), indices], `${view}.rows`) // [N, E, d]
  const column = graph.node('Unsqueeze', [weights, graph.integers(`${view}.last`, [2])], `${view}.column`) // [N, E, 1]
  const weighted = graph.node('Mul', [gathered, column], `${view}.weighted`)
  const axes = [weighted, graph.integers(`${view}.entries`, [1])]
  const sum = graph.node('ReduceSum', axes, `${view}.sum`, { keepdims: 0 })
  if (view !== 'cooccurrence') return sum
  return graph.node('MatMul', [sum, constant('cooccurrence.projection', columns, columns)], 'cooccurrence.turned')
}

/** audio W + b: [N, d]. */
function audio(graph: OnnxGraph, constant: Constant, columns: number): string {
  const input = graph.input('audio', 'float', ['N', audioColumns], 'means, then spreads, of standardised features')
  graph.input('has_audio', 'float', ['N', 1], '1 where they are known, else 0')
  const product = graph.node('MatMul', [input, constant('audio.weight', audioColumns, columns)], 'audio.product')
  return graph.node('Add', [product, constant('audio.bias', 1, columns)], 'audio.x')
}
