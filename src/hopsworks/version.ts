/** A backend's version, such as `5.1.0` or `4.0.0-SNAPSHOT`. */
export interface BackendVersion {
  readonly text: string
  readonly major: number
  readonly minor: number
}

/** @throws RangeError for a text that doesn't begin with two numbers */
export function parseVersion(text: string): BackendVersion {
  const [, major, minor] = /^\s*v?(\d+)\.(\d+)/.exec(text) ?? []
  if (major === undefined || minor === undefined) throw new RangeError(`"${text}" is no version`)
  return { text: text.trim(), major: Number(major), minor: Number(minor) }
}

export function isAtLeast(version: BackendVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor)
}
