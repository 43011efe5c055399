/** A query as clients send it and feature views keep it; what is not named here is kept as it came. */
export interface QueryDto {
  readonly [key: string]: unknown
  readonly leftFeatureGroup: { readonly id: number }
  /** One that is named `*` stands for all. */
  readonly leftFeatures: readonly QueryFeatureDto[]
  readonly joins?: readonly JoinDto[] | null
  readonly filter?: LogicDto | null
  readonly limit?: number | null
}

export interface QueryFeatureDto {
  readonly name: string
  /** Whether its column is named after project, group and version as well. */
  readonly useFullyQualifiedName?: boolean | null
}

export interface JoinDto {
  readonly query: QueryDto
  readonly on?: readonly { readonly name: string }[] | null
  readonly leftOn?: readonly { readonly name: string }[] | null
  readonly rightOn?: readonly { readonly name: string }[] | null
  readonly type?: string | null
  readonly prefix?: string | null
}

/** Two conditions at a time; a single one stands left. */
export interface LogicDto {
  readonly type: 'AND' | 'OR' | 'SINGLE'
  readonly leftFilter?: FilterDto | null
  readonly rightFilter?: FilterDto | null
  readonly leftLogic?: LogicDto | null
  readonly rightLogic?: LogicDto | null
}

export interface FilterDto {
  readonly feature: { readonly name: string; readonly featureGroupId?: number | null }
  readonly condition: string
  /** Text whatever the type; a JSON array for `IN`. */
  readonly value: string
}
