type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [name in keyof T]: Mutable<T[name]> }
    : T

/** The same, for types that are written without `readonly`. */
export function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>
}
