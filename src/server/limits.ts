const minute = 60_000
const megabyte = 1_000_000

/** What one client, and all together, may ask for. */
export interface ServerLimits {
  /** Of one client in a minute, whatever they are. */
  readonly requestsPerMinute: number
  /** Begun by one client in a minute. */
  readonly jobsPerMinute: number
  /** Of one client, waiting or running. */
  readonly activeJobs: number
  /** Of everybody, waiting or running. */
  readonly allActiveJobs: number
  /** Threads that match; each has everybody in memory. */
  readonly matchers: number
  /** Read at the same time. */
  readonly parallelJobs: number
  /** Streams of one client. */
  readonly streams: number
  readonly allStreams: number
  /** Bytes of a request; of one that brings items. */
  readonly requestBytes: number
  readonly itemsBytes: number
  /** Bytes of a file to be read here, of all files of one client, and of all that wait to be read. */
  readonly uploadBytes: number
  readonly clientUploadBytes: number
  readonly allUploadBytes: number
  /** Milliseconds that a request may take to arrive, and a file. */
  readonly requestTimeout: number
  readonly uploadTimeout: number
  /** Milliseconds that reading files may take. */
  readonly readingTimeout: number
}

export const defaultLimits: ServerLimits = {
  requestsPerMinute: 1200,
  jobsPerMinute: 30,
  activeJobs: 4,
  allActiveJobs: 200,
  matchers: 1,
  parallelJobs: 4,
  streams: 20,
  allStreams: 5000,
  requestBytes: 256_000,
  itemsBytes: 64 * megabyte,
  uploadBytes: 300 * megabyte,
  clientUploadBytes: 600 * megabyte,
  allUploadBytes: 3000 * megabyte,
  requestTimeout: minute,
  uploadTimeout: 10 * minute,
  readingTimeout: 5 * minute,
}
