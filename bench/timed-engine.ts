import type { Engine, Matrix } from '../src/towers/engine.ts'

/** How long each operation of an engine took, and how many floating-point operations its products were. */
export class Clock {
  readonly seconds = new Map<string, number>()
  readonly calls = new Map<string, number>()
  flops = 0

  /** The same engine with a clock around each operation but `scope`, which runs the caller's code. */
  around(engine: Engine): Engine {
    return new Proxy(engine, {
      get: (target, name: keyof Engine & string) => {
        const member = target[name]
        if (typeof member !== 'function') return member
        const call = (member as (...values: unknown[]) => unknown).bind(target)
        return name === 'scope' ? call : (...values: unknown[]) => this.#measured(name, call, values)
      },
    })
  }

  #measured(operation: string, call: (...values: unknown[]) => unknown, values: unknown[]): unknown {
    const name = operation === 'product' ? `product ${values[0]}` : operation
    if (operation === 'product') {
      const [form, a, , out] = values as [string, Matrix, Matrix, Matrix]
      this.flops += 2 * out.rows * out.columns * (form === 'tn' ? a.rows : a.columns)
    }
    const start = performance.now()
    const result = call(...values)
    this.seconds.set(name, (this.seconds.get(name) ?? 0) + (performance.now() - start) / 1000)
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1)
    return result
  }
}
