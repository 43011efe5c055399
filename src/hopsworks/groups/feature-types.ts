/** Hive-like types of features, such as `bigint`, `array<float>`, `map<string,int>`, `struct<a:int,b:string>`. */
export type FeatureType =
  | 'boolean'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'date'
  | 'timestamp'
  | `decimal(${number},${number})`
  | `array<${string}>`
  | `map<${string}>`
  | `struct<${string}>`

/**
 * A feature's value.
 * - int, float, double: number. bigint: number, or bigint beyond 2^53. boolean: boolean. decimal: string.
 * - string: string. binary: Uint8Array. date and timestamp: Date (UTC; a date at midnight).
 * - array: an array (numeric ones may be given as a typed array). map, struct: a plain object.
 */
export type FeatureValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | Float32Array
  | Float64Array
  | readonly FeatureValue[]
  | { readonly [name: string]: FeatureValue }

/** One row, by the features' names. A feature that is left out is null. */
export type Row = { readonly [feature: string]: FeatureValue | undefined }
