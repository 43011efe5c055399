import { elementTypes, encodeModel } from './schema.ts'

/** A size, or the name of one that is known when the graph runs. */
type Size = number | string

/** Collects the nodes of an ONNX graph. Every method that adds something returns its name, for what comes after it. */
export class OnnxGraph {
  readonly #nodes: object[] = []
  readonly #initializers: object[] = []
  readonly #inputs: object[] = []
  readonly #outputs: object[] = []

  input(name: string, type: keyof typeof elementTypes, shape: readonly Size[], doc: string): string {
    this.#inputs.push(valueInfo(name, type, shape, doc))
    return name
  }

  output(name: string, shape: readonly Size[], doc: string): void {
    this.#outputs.push(valueInfo(name, 'float', shape, doc))
  }

  floats(name: string, dims: readonly number[], values: Float32Array | Float64Array): string {
    const data = Float32Array.from(values)
    return this.#constant(name, dims, elementTypes.float, new Uint8Array(data.buffer))
  }

  integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt)
    return this.#constant(name, [values.length], elementTypes.int64, new Uint8Array(data.buffer))
  }

  /** Adds a node with one output, which is named `out`. */
  node(
    op: string,
    inputs: readonly string[],
    out: string,
    attributes: Readonly<Record<string, number | string>> = {},
  ): string {
    const attribute = Object.entries(attributes).map(([name, value]) =>
      typeof value === 'number' ? { name, type: 2, i: value } : { name, type: 3, s: new TextEncoder().encode(value) },
    )
    this.#nodes.push({ op_type: op, input: inputs, output: [out], attribute })
    return out
  }

  /** The bytes of the .onnx file. */
  encode(name: string, doc: string): Uint8Array {
    return encodeModel({
      ir_version: 9,
      producer_name: 'consonance',
      doc_string: doc,
      opset_import: [{ domain: '', version: 20 }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    })
  }

  #constant(name: string, dims: readonly number[], data_type: number, raw_data: Uint8Array): string {
    this.#initializers.push({ name, dims, data_type, raw_data })
    return name
  }
}

function valueInfo(name: string, type: keyof typeof elementTypes, shape: readonly Size[], doc_string: string): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }))
  return { name, doc_string, type: { tensor_type: { elem_type: elementTypes[type], shape: { dim } } } }
}
