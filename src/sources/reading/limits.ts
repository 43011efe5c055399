/** Longest line or record that is read, in bytes. */
export const maxRecordBytes = 32 << 20
