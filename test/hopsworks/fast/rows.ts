/** Values by feature name, decoded: bigints as number while they fit, timestamps as microseconds, binaries as Buffer. */
export type OnlineRow = Readonly<Record<string, unknown>>
export type OfflineRow = OnlineRow
