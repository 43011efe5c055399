/**
 * What ends the lines of a text: a line feed, or the carriage return of old Macs, which iTunes still writes. Undefined
 * where its beginning shows neither.
 */
export function lineEndOf(beginning: string): '\n' | '\r' | undefined {
  if (beginning.includes('\n')) return '\n'
  const at = beginning.indexOf('\r')
  // At the very end, a line feed may follow.
  return at >= 0 && at < beginning.length - 1 ? '\r' : undefined
}
