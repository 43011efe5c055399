import type { About, Answer, HygieneChoices, Job, Match, OperatorStatus, Pair, Profile } from '../../web/api/types.ts'

/** Answers of the API with invented listeners, for looking at every state of the page without waiting for it. */
export const you = 'key-morning-owl'
export const other = 'key-tape-hiss'
const readAt = '2026-11-23T09:00:00.000Z'

export const about: About = {
  version: '0.1.0',
  simulated: true,
  listeners: 2_000,
  model: { version: 1, kind: 'linear', trainedAt: readAt, marks: [] },
  ready: true,
  work: null,
  samples: ['morning-owl', 'night-heron', 'tape-hiss'].map((name) => ({ name, text: `simulated:${name}` })),
  ways: {
    spotify: { enabled: true },
    signIn: { enabled: true },
    savePlaylists: { enabled: true },
    listenbrainz: { enabled: true },
    lastfm: { enabled: true },
    stored: { enabled: true },
    uploads: { enabled: true },
  },
  limits: { items: 200_000, requestBytes: 64 << 20, uploadBytes: 2 ** 31, uploadFiles: 20, matches: 50 },
  formats: ['spotify-export', 'exportify'],
  operator: true,
}

const genres = [
  ['dream pop', 0.21, 0.06],
  ['shoegaze', 0.14, 0.04],
  ['ethiopian jazz', 0.09, 0.002],
  ['slowcore', 0.08, 0.01],
  ['indie rock', 0.07, 0.12],
  ['harbour ambient', 0.05, 0.02],
  ['bossa nova', 0.04, 0.03],
  ['chamber pop', 0.03, 0.03],
] as const

const artists = ['Treldimise', 'Pulindenol', 'Fintokude', 'Grenorude Satellites', 'Stustubulki', 'Trilvevode Windows']

export const taste: Answer['you'] = {
  profile: you,
  name: 'morning-owl',
  simulated: true,
  origin: 'simulated',
  readAt,
  artists: 128,
  tracks: 611,
  playlists: 12,
  genresKnown: 0.83,
  soundKnown: 0.71,
  genres: genres.map(([genre, share, population]) => ({ genre, share, population })),
  topArtists: artists.map((name, i) => ({ name, share: 0.06 - i * 0.007, knownBy: 0.004 * (i + 1) })),
  sound: [
    { feature: 'energy', value: 0.41, low: 0.38, middle: 0.62, high: 0.81 },
    { feature: 'danceability', value: 0.46, low: 0.42, middle: 0.57, high: 0.7 },
    { feature: 'valence', value: 0.33, low: 0.31, middle: 0.48, high: 0.62 },
    { feature: 'acousticness', value: 0.52, low: 0.08, middle: 0.25, high: 0.55 },
    { feature: 'instrumentalness', value: 0.31, low: 0.02, middle: 0.12, high: 0.33 },
    { feature: 'tempo', value: 108, low: 104, middle: 119, high: 131 },
    { feature: 'loudness', value: -11.2, low: -12.5, middle: -8.1, high: -5.9 },
  ],
  decades: [
    { decade: 1960, share: 0.04, population: 0.03 },
    { decade: 1970, share: 0.09, population: 0.05 },
    { decade: 1980, share: 0.07, population: 0.1 },
    { decade: 1990, share: 0.31, population: 0.15 },
    { decade: 2000, share: 0.17, population: 0.2 },
    { decade: 2010, share: 0.21, population: 0.29 },
    { decade: 2020, share: 0.11, population: 0.18 },
  ],
  rarerThan: 0.88,
  topTracks: ['Low Tide', 'Window Song', 'Paper Lantern'].map((title, i) => ({ title, artists: [artists[i]!] })),
  words: [],
}

function match(rank: number, name: string, affinity: number): Match {
  const knownBy = (i: number) => 0.004 * (i + 1)
  return {
    rank,
    listener: { key: `key-${name}`, name, simulated: true },
    affinity,
    affinityText: String(affinity),
    rarity: 2_300 / rank,
    rarityText: `one pair in ${Math.round(2_300 / rank).toLocaleString('en')} is this close`,
    confidence: { word: rank < 4 ? 'sure' : 'fair', because: `based on their ${64 - 8 * rank} artists` },
    reason: `You both keep ${artists[rank % artists.length]} and ${12 - rank} other artists few people know.`,
    genres: genres.slice(rank % 3, (rank % 3) + 3).map(([genre, yours, theirs]) => ({ genre, yours, theirs })),
    artists: artists.map((artist, i) => ({
      name: artist,
      yours: 0.03,
      theirs: 0.02,
      weight: 0.1,
      knownBy: knownBy(i),
    })),
    sharedArtists: 31 - 2 * rank,
    tracks: ['Low Tide', 'Window Song', 'Paper Lantern'].map((title, i) => ({ title, artists: [artists[i]!] })),
    sharedTracks: 9,
    youWouldEnjoy: 5,
  }
}

const names = [
  'tape-hiss',
  'night-heron',
  'velvet-kettle',
  'copper-walrus',
  'static-moth',
  'drizzle-lute',
  'attic-newt',
]

export const matches: readonly Match[] = names.map((name, i) => match(i + 1, name, 71 - 4 * i))

export const answer: Answer = {
  provisional: false,
  you: taste,
  model: { version: 1, kind: 'linear', marks: [] },
  candidates: 1_999,
  tooFew: false,
  notes: ['3 of 128 artists nobody here knows; they don’t count.'],
  matches: [...matches],
}

const { artists: shared, tracks, rank: _, ...shownMatch } = matches[0]!

export const pair: Pair = {
  you: { key: you, name: 'morning-owl', simulated: true },
  match: shownMatch,
  words: [],
  parts: [
    { part: 'artists you share', share: 0.61 },
    { part: 'artists and genres often heard together', share: 0.24 },
    { part: 'genres', share: 0.15 },
  ],
  artists: shared,
  tracks,
  theirs: { artists: [{ name: 'Omalderin', share: 0.05 }], tracks },
  genres: genres.map(([genre, yours, theirs], i) => ({ genre, yours, theirs: theirs + 0.02 * i })),
  sound: taste.sound.map(({ feature, value, middle }) => ({ feature, yours: value, theirs: middle, middle })),
  differences: {
    yourGenres: [{ genre: 'ethiopian jazz', yours: 0.09, theirs: 0.01 }],
    theirGenres: [{ genre: 'doom metal', yours: 0.01, theirs: 0.12 }],
    theirArtists: ['Omalderin', 'Vendurake'],
  },
  borrow: { you: tracks, them: tracks.slice(0, 2) },
  private: ['Which playlists they have.'],
}

export const choices: HygieneChoices = {
  playlists: [
    { name: 'fall asleep', entries: 80, looksLike: 'sleep' },
    { name: 'slow mornings', entries: 45 },
  ],
  artists: artists.map((name) => ({ name, share: 0.04 })),
  genres: genres.map(([genre, share]) => ({ genre, share })),
  offers: [
    { kind: 'sleep', share: 0.12, leaveOut: { playlists: ['fall asleep'] } },
    { kind: 'children', share: 0.04, leaveOut: { genres: ['children’s music'] } },
  ],
  from: '2012-03-01T00:00:00.000Z',
  to: readAt,
  dated: 0.94,
}

export const profile: Profile = {
  key: you,
  role: 'owner',
  name: 'morning-owl',
  origin: 'simulated',
  simulated: true,
  readAt,
  artists: 128,
  tracks: 611,
  playlists: 12,
  consent: { findable: true, showName: false, showTracks: true, train: false },
  matchable: true,
  readAgain: true,
  claim: 'possible',
  reading: {
    sentences: ['We read 611 tracks from 12 playlists.', 'We couldn’t read 3 playlists: private or removed.'],
    notRead: [{ name: 'old car', reason: 'private, removed, or made by Spotify' }, { reason: 'hidden' }],
  },
}

export const job: Job = {
  id: 'job-of-morning-owl',
  kind: 'match',
  what: 'Reading the profile morning-owl',
  state: 'running',
  createdAt: readAt,
  steps: [
    { id: 'profile', label: 'finding the profile', state: 'done', unit: 'profiles', done: 1, total: 1 },
    { id: 'playlists', label: 'reading playlists', state: 'running', unit: 'playlists', done: 12, total: 40 },
    { id: 'genres', label: 'asking for genres', state: 'running', unit: 'artists', done: 83, note: 'known for 83 %' },
  ],
  notRead: profile.reading!.notRead,
  sentences: ['We read 611 tracks so far.'],
  answers: 1,
  provisional: true,
  lastEvent: 7,
}

export const demoJob: Job = {
  ...job,
  id: 'job-of-the-demo-itself',
  kind: 'demo',
  what: 'Making a world of simulated listeners',
  steps: [
    { id: 'world', label: 'making simulated listeners', state: 'done', unit: 'listeners', done: 2000, total: 2000 },
    { id: 'ingest', label: 'reading their playlists', state: 'done', unit: 'profiles', done: 2000, total: 2000 },
    {
      id: 'training',
      label: 'training the model',
      state: 'running',
      unit: 'passes',
      done: 31,
      total: 70,
      note: 'finds the other half of 41 % of listeners',
    },
  ],
  notRead: [],
  sentences: [],
  answers: 0,
  provisional: false,
}

export const status: OperatorStatus = {
  version: '0.1.0',
  startedAt: readAt,
  population: {
    listeners: 2_000,
    findable: 1_998,
    playlists: 14_921,
    entries: 402_113,
    tracks: 60_212,
    tracksWithAudio: 51_009,
    artists: 9_120,
    artistsWithGenres: 8_804,
    bySource: [{ origin: 'simulated', source: 'simulated', listeners: 2_000 }],
  },
  candidates: { waiting: 42, total: 2_042 },
  index: { model: 1, listeners: 1_998, upToChange: 4_120, lastChange: 4_123, bytes: 1_200_000, refreshedAt: readAt },
  quota: { used: 812, perDay: 2_000, tier: 'development' },
  schedule: { refresh: '*/10 * * * *' },
  jobs: { waiting: 0, running: 1, done: 18, failed: 1, cancelled: 0, streams: 2 },
  policy: [
    { origin: 'simulated', keptFor: 'ever', matched: 'yes', trained: 'yes', matching: true, training: true },
    {
      origin: 'spotify',
      keptFor: '24 hours',
      matched: 'spotify.matching',
      trained: 'spotify.training',
      matching: false,
      training: false,
    },
  ],
  switches: [{ name: 'spotify.matching', value: 'off', page: 'docs/spotify-access.md' }],
  reports: 1,
  memory: { rssBytes: 412_000_000, heapBytes: 120_000_000 },
  disk: { dataBytes: 340_000_000, uploadBytes: 0 },
}
