import type { ParameterValues } from '../branch.ts'
import { concatenatedColumns, type TowerShape, viewColumns } from '../shape.ts'
import { audioColumns, type BagView } from '../tower-input.ts'
import { OnnxGraph } from './graph.ts'

/**
 * Both towers as one ONNX graph (opset 20), for serving where there is no Node.
 *
 * Inputs, for N rows: `<view>_indices` int64 [N, E] and `<view>_weights` [N, E] for every view that is a bag, padded by
 * any index with weight 0; `audio` [N, 20] and `has_audio` [N, 1] where the network hears. Outputs: `listener` [N, d], the
 * rows as listeners, and `item` [N, d], the rows as items, of unit length, or zeros where nothing is known.
 * @param projection [members · output x d]
 */
export function exportOnnx(
  shape: TowerShape,
  members: readonly ParameterValues[],
  projection: Float32Array,
): Uint8Array {
  const graph = new OnnxGraph()
  const stored = projection.length / (members.length * shape.output)
  addInputs(graph, shape)
  const zero = graph.floats('zero', [1], Float32Array.of(0))
  const least = graph.floats('least', [1], Float32Array.of(1e-12))
  const unit: Unit = (x, name) => {
    const norm = graph.node('ReduceL2', [x, graph.integers(`${name}.axis`, [1])], `${name}.norm`)
    return graph.node('Div', [x, graph.node('Max', [norm, least], `${name}.length`)], `${name}.unit`)
  }
  const said = members.map((values, m) => {
    const P = projection.subarray(m * shape.output * stored, (m + 1) * shape.output * stored)
    return addMember(graph, shape, values, P, unit, `${m}.`)
  })

  // What is known is known to all members alike.
  const length = graph.node('ReduceL2', [said[0]!.h, graph.integers('h.axis', [1])], 'h.norm') // [N, 1]
  const known = graph.node('Cast', [graph.node('Greater', [length, zero], 'h.some')], 'h.known', { to: 1 })
  for (const name of ['listener', 'item'] as const) {
    const parts = said.map((member) => member[name])
    graph.node('Mul', [unit(graph.node('Sum', parts, `${name}.sum`), name), known], name)
  }
  graph.output('listener', ['N', stored], 'rows as listeners: unit length, or zeros')
  graph.output('item', ['N', stored], 'rows as items: unit length, or zeros')
  return graph.encode('two_towers', 'Consonance: listeners and items in one space; closeness is the dot product')
}

type Unit = (x: string, name: string) => string
type Constant = (name: string, ...dims: readonly number[]) => string

function addInputs(graph: OnnxGraph, shape: TowerShape): void {
  for (const { view } of viewColumns(shape)) {
    if (view === 'audio') {
      graph.input('audio', 'float', ['N', audioColumns], 'means, then spreads, of standardised features')
      graph.input('has_audio', 'float', ['N', 1], '1 where they are known, else 0')
      continue
    }
    const entries = `${view}_entries`
    graph.input(`${view}_indices`, 'int64', ['N', entries], `rows of the ${view} table`)
    graph.input(`${view}_weights`, 'float', ['N', entries], 'their weights, 0 for padding')
  }
}

/** What one member of the ensemble adds to both towers, [N, d] each. @param own begins the names of all its nodes */
function addMember(
  graph: OnnxGraph,
  shape: TowerShape,
  values: ParameterValues,
  projection: Float32Array,
  unit: Unit,
  own: string,
): { readonly h: string; readonly listener: string; readonly item: string } {
  const constant: Constant = (name, ...dims) => graph.floats(own + name, dims, values.get(name)!)
  const node: OnnxGraph['node'] = (op, inputs, out, attributes) => graph.node(op, inputs, own + out, attributes)
  const blocks = viewColumns(shape).map(({ view, columns }) => {
    const x = view === 'audio' ? audio(node, constant, columns) : bag(graph, node, constant, view, shape, own)
    const gated = node('Mul', [unit(x, own + view), constant(`${view}.gate`, 1, 1)], `${view}.gated`)
    return view === 'audio' ? node('Mul', [gated, 'has_audio'], 'audio.known') : gated
  })
  const h = node('Concat', blocks, 'h', { axis: 1 }) // [N, D]
  const D = concatenatedColumns(shape)
  const { hidden, output } = shape
  const P = graph.floats(`${own}projection`, [output, projection.length / output], projection)
  const u = node('MatMul', [h, constant('listener.W1', D, hidden)], 'u') // [N, k]
  const biased = node('Add', [u, constant('listener.b1', 1, hidden)], 'u.biased')
  const a = node('Gelu', [biased], 'a', { approximate: 'tanh' }) // [N, k]
  const linear = node('MatMul', [h, constant('listener.W', D, output)], 'linear') // [N, d]
  const residual = node('MatMul', [a, constant('listener.W2', hidden, output)], 'residual')
  const y = node('Add', [node('Add', [linear, residual], 'sum'), constant('listener.b2', 1, output)], 'y')
  const v = node('MatMul', [h, constant('item.W', D, output)], 'v')
  return { h, listener: node('MatMul', [y, P], 'y.projected'), item: node('MatMul', [v, P], 'v.projected') }
}

/** Σ_e weights[e] T[indices[e]]: [N, d]. */
function bag(
  graph: OnnxGraph,
  node: OnnxGraph['node'],
  constant: Constant,
  view: BagView,
  shape: TowerShape,
  own: string,
): string {
  const [rows, columns] = shape.tables[view]!
  const gathered = node('Gather', [constant(`${view}.table`, rows, columns), `${view}_indices`], `${view}.rows`) // [N, E, d]
  const last = graph.integers(`${own}${view}.last`, [2])
  const column = node('Unsqueeze', [`${view}_weights`, last], `${view}.column`) // [N, E, 1]
  const weighted = node('Mul', [gathered, column], `${view}.weighted`)
  const entries = graph.integers(`${own}${view}.entries`, [1])
  const sum = node('ReduceSum', [weighted, entries], `${view}.sum`, { keepdims: 0 })
  if (view !== 'cooccurrence') return sum
  return node('MatMul', [sum, constant('cooccurrence.projection', columns, columns)], 'cooccurrence.turned')
}

/** audio W + b: [N, d]. */
function audio(node: OnnxGraph['node'], constant: Constant, columns: number): string {
  const product = node('MatMul', ['audio', constant('audio.weight', audioColumns, columns)], 'audio.product')
  return node('Add', [product, constant('audio.bias', 1, columns)], 'audio.x')
}
