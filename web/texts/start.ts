import { list, sentence } from './numbers.ts'

/** Where somebody begins. */
export const start = {
  title: 'Who hears music like you?',
  lede: 'Bring what you listen to. Consonance finds the listeners whose taste is closest to yours, and says why.',
  field: (ways: readonly string[]) => sentence(list(ways, 'or')),
  ways: {
    spotify: 'a Spotify profile link',
    listenbrainz: 'listenbrainz:name',
    lastfm: 'lastfm:name',
    stored: 'the id of a listener here',
    none: 'a profile link, an id or a name',
  },
  example: 'open.spotify.com/user/…',
  find: 'Find',
  samples: 'Try one of these:',
  samplesSimulated: 'Try a simulated listener:',
  signIn: 'Sign in with Spotify',
  signInWhy: 'reads the playlists of your account, once, and keeps no password',
  drop: {
    title: 'Drop your exported data here',
    hint: 'Spotify’s download, Exportify, ListenBrainz or Last.fm exports: zip, JSON or CSV.',
    choose: 'Choose files',
    over: 'Let go to read them',
    privacy:
      'The files are read in your browser. Only artists, tracks, playlist titles, dates and play counts leave it.',
  },
  notReady: 'Nobody can be compared yet.',
  gettingReady: 'Getting ready',
  gettingReadyHelp:
    'The listeners are read and the model is trained, as you see. What you ask for now waits until that is done.',
  modelTakenUp: 'There is a model. If listeners are stored who can be found, they are there in a moment.',
  noModel: 'There is no model yet. An operator makes one with: npx consonance train',
  how: [
    [
      'Rare things count',
      'An artist few people know says more about you than a hit. Matches are explained by them first.',
    ],
    ['The number means something', 'Affinity 50: as alike as two halves of one person’s listening typically are.'],
    ['You decide who sees you', 'Nobody can find you until you say so. Erasing takes effect at once, everywhere.'],
  ],
} as const
