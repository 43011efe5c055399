/** The card to share. */
export const card = {
  title: 'A card to share',
  lede: 'No cover art, and no name of anybody who did not agree. Made in your browser.',
  download: 'Download the picture',
  copyAlt: 'Copy the description',
  copied: 'Copied.',
  alt: 'Description for people who don’t see it',
  me: 'Me',
  unnamed: 'somebody here',
  simulated: 'simulated listeners, nobody is behind them',
  brings: 'what brings us together',
  affinity: 'affinity',
  dark: 'Dark card',
} as const
