/** A condition on features, evaluated by the vector database, or by SQL. */
export type Filter =
  | { readonly feature: string; readonly is: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'; readonly value: FilterValue }
  | { readonly feature: string; readonly is: 'in'; readonly value: readonly FilterValue[] }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }

/** Strings are compared as analysed text by the vector database: filter on numbers there, or on single lower-case words. */
export type FilterValue = string | number | bigint | boolean | Date
