import { count, list, percent } from './numbers.ts'

/** One taste. */
export const taste = {
  title: (name: string | undefined) => (name ? `The taste of ${name}` : 'Your taste'),
  short: 'Your taste',
  read: (artists: number, tracks: number, playlists: number) =>
    `${count(artists, 'artist')}, ${count(tracks, 'track')}${playlists > 0 ? `, ${count(playlists, 'playlist')}` : ''}`,
  rarer: (share: number) => `rarer than ${percent(share)} of listeners here`,
  rarerTitle: 'How unusual',
  rarerMessage: (share: number) =>
    share >= 0.66
      ? `Your artists are lesser known than those of ${percent(share)} of the listeners here.`
      : share >= 0.34
        ? `About as many listeners here have lesser known artists as have better known ones: you are rarer than ${percent(share)}.`
        : `You mostly keep artists whom many know: ${percent(1 - share)} of the listeners here have lesser known ones.`,
  rarerHead: 'Rarer than this share of listeners',
  everybody: 'known to all',
  nobody: 'known to few',
  genresTitle: 'Genres',
  genresMessage: (genre: string, share: number, others: number) =>
    `Most of all you hear ${genre}: ${percent(share)} of your music, ${percent(others)} of everybody’s.`,
  genresKnown: (share: number) => `Genres are known for ${percent(share)} of what you hear.`,
  noGenres: 'No genre is known of your artists yet.',
  artistsTitle: 'Artists',
  tracksTitle: 'Most heard tracks',
  artistsMessage: (artist: string, share: number) =>
    `${artist} takes ${percent(share)} of your listening, more than anybody else.`,
  soundTitle: 'Sound',
  soundMessage: (higher: readonly string[], lower: readonly string[]) =>
    higher.length + lower.length === 0
      ? 'Your music sounds like that of most people here.'
      : `Compared with everybody, yours is ${list([...higher, ...lower], 'and')}.`,
  soundKnown: (share: number) => `The sound is known for ${percent(share)} of your tracks.`,
  noSound: 'How your music sounds is not known yet.',
  decadesTitle: 'Decades',
  decadesMessage: (decade: string, share: number) => `${percent(share)} of your music is from the ${decade}.`,
  noDecades: 'No year is known of your music.',
  decade: (decade: number) => `${decade}s`,
  you: 'you',
  everybodys: 'everybody',
  middle: 'everybody’s middle',
  most: 'eight in ten listeners',
  head: {
    genre: 'Genre',
    artist: 'Artist',
    feature: 'Sound',
    decade: 'Decade',
    you: 'You',
    everybody: 'Everybody',
    knownBy: 'Known by',
    low: 'A tenth lies below',
    middle: 'Half lies below',
    high: 'Nine tenths lie below',
  },
  features: {
    energy: { name: 'energy', more: 'more energetic', less: 'calmer' },
    danceability: { name: 'danceability', more: 'more danceable', less: 'less danceable' },
    valence: { name: 'brightness', more: 'brighter in mood', less: 'darker in mood' },
    acousticness: { name: 'acoustic', more: 'more acoustic', less: 'less acoustic' },
    instrumentalness: { name: 'instrumental', more: 'more instrumental', less: 'more sung' },
    speechiness: { name: 'spoken words', more: 'richer in words', less: 'poorer in words' },
    liveness: { name: 'live feel', more: 'more live', less: 'more studio' },
    tempo: { name: 'tempo', more: 'faster', less: 'slower' },
    loudness: { name: 'loudness', more: 'louder', less: 'quieter' },
  },
  perMinute: (value: number) => `${Math.round(value)} bpm`,
  decibels: (value: number) => `${value.toFixed(1).replace('-', '−')} dB`,
} as const
