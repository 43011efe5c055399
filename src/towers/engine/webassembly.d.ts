/** The part of the WebAssembly JavaScript interface in use; `lib.dom` has it whole, with much that Node has not. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>)
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, Memory>>)
    readonly exports: Record<string, unknown>
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean })
    readonly buffer: SharedArrayBuffer
    /** Returns the size before, in pages; throws a RangeError when it cannot. */
    grow(pages: number): number
  }
  interface Global {
    /** To be set only where the module says `let`. */
    value: number
  }
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
}
