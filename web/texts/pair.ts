import { count, list, percent, sentence } from './numbers.ts'

/** Two listeners side by side. */
export const pair = {
  title: (you: string | undefined, other: string) => `${you ?? 'You'} and ${other}`,
  them: 'they',
  share: 'What you share',
  shareMessage: (artists: number, rarest: string, knownBy: number) =>
    artists === 1
      ? `You share ${rarest}, whom ${percent(knownBy)} of the listeners have.`
      : `You share ${artists} artists. The rarest is ${rarest}, whom ${percent(knownBy)} of the listeners have.`,
  shareNone: 'You share no artist yet; what you hear is close all the same.',
  song: 'The song that brings you together',
  tracksTitle: (named: number, all: number) =>
    named < all
      ? `The ${named} rarest of ${count(all, 'track')} you both have`
      : `${count(all, 'track')} you both have`,
  why: 'What brings you together',
  whyMessage: (part: string, share: number) => `Mostly ${part}: ${percent(share)} of what makes you close.`,
  part: 'Part',
  shareHead: 'Share',
  apart: ' (draws you apart)',
  rarity: 'rarity',
  confidence: 'confidence',
  against: (yours: string, theirs: string) => `${yours} / ${theirs}`,
  genres: 'Genres of both',
  genresMessage: (genre: string, yours: number, theirs: number) =>
    `You meet most in ${genre}: ${percent(yours)} of yours, ${percent(theirs)} of theirs.`,
  genresApart: 'You have no genre of any size in common.',
  sound: 'Sound of both',
  soundMessage: (near: string, far: string) => `You are closest in ${near} and furthest apart in ${far}.`,
  differ: 'Where you differ',
  moreYours: 'More with you',
  moreTheirs: 'More with them',
  theirArtists: 'They also keep',
  borrow: 'What you could borrow',
  borrowYou: 'From them, for you',
  borrowThem: 'From you, for them',
  private: 'Not shown',
  head: {
    artist: 'Artist',
    track: 'Track',
    yours: 'You',
    theirs: 'They',
    knownBy: 'Known by',
    genre: 'Genre',
    feature: 'Sound',
  },
  allArtists: (artists: number) => `All ${count(artists, 'artist')}`,
  playlist: {
    make: 'Make a playlist for both',
    title: 'A playlist for both',
    from: { both: 'both', you: 'from you', them: 'from them' },
    message: (both: number, you: number, them: number) =>
      sentence(
        list(
          [both && `${both} you both have`, you && `${you} of yours`, them && `${them} of theirs`].filter(
            (part) => part !== 0,
          ),
          'and',
        ),
      ),
    save: 'Save to my Spotify account',
    signInToSave: 'Sign in to save it',
    saved: (tracks: number) => `Saved with ${count(tracks, 'track')}.`,
    openSaved: 'Open it on Spotify',
    copy: 'Copy as text',
    copied: 'Copied.',
    empty: 'There is no track to put on it: they share none, and yours have no names.',
  },
  card: 'Make a card to share',
  block: 'Block',
  report: 'Report',
  blocked: (name: string) => `${name} is blocked: neither of you finds the other any more.`,
  blockSure: (name: string) => `Block ${name}?`,
  blockMeans: 'Neither of you will find the other any more. You can undo it in “Your data”.',
  reportTitle: (name: string) => `Report ${name}`,
  reportReason: 'What is wrong?',
  reportText: 'Anything the operator should know (optional)',
  reportBlock: 'Block them too',
  reportSend: 'Send the report',
  reportSent: 'Thank you. The operator will look at it.',
  reasons: {
    name: 'The name is offensive',
    impersonation: 'They pretend to be somebody else',
    harassment: 'They harass me',
    'not-a-person': 'This is not a person',
    other: 'Something else',
  },
} as const
