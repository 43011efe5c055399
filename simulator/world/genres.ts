import { mixed } from './chance.ts'

/** The sound that a family of genres centres on: 0 to 1000, loudness in tenths of a decibel, tempo in beats per minute. */
interface Sound {
  readonly danceability: number
  readonly energy: number
  readonly loudness: number
  readonly major: number
  readonly speechiness: number
  readonly acousticness: number
  readonly instrumentalness: number
  readonly liveness: number
  readonly valence: number
  readonly tempo: number
}

export interface Genre {
  readonly name: string
  readonly family: string
  readonly sound: Sound
}

const sound = (...values: readonly number[]): Sound => ({
  danceability: values[0]!,
  energy: values[1]!,
  loudness: values[2]!,
  major: values[3]!,
  speechiness: values[4]!,
  acousticness: values[5]!,
  instrumentalness: values[6]!,
  liveness: values[7]!,
  valence: values[8]!,
  tempo: values[9]!,
})

const families: readonly (readonly [family: string, sound: Sound, genres: readonly string[]])[] = [
  [
    'rock',
    sound(480, 720, -70, 680, 50, 120, 150, 190, 470, 124),
    ['indie rock', 'garage rock', 'post-punk', 'shoegaze', 'slowcore'],
  ],
  [
    'pop',
    sound(620, 600, -65, 640, 60, 260, 60, 160, 520, 118),
    ['dream pop', 'synth-pop', 'chamber pop', 'city pop', 'bedroom pop'],
  ],
  [
    'electronic',
    sound(640, 660, -90, 520, 60, 150, 600, 140, 380, 122),
    ['ambient', 'deep house', 'techno', 'drum and bass', 'downtempo'],
  ],
  [
    'hip hop',
    sound(740, 640, -68, 540, 250, 180, 40, 190, 500, 106),
    ['boom bap', 'lo-fi hip hop', 'trap', 'grime', 'jazz rap'],
  ],
  [
    'metal',
    sound(350, 910, -55, 560, 90, 20, 260, 230, 280, 128),
    ['doom metal', 'black metal', 'progressive metal', 'sludge metal', 'power metal'],
  ],
  [
    'jazz',
    sound(520, 380, -130, 570, 50, 680, 460, 170, 500, 112),
    ['ethiopian jazz', 'bebop', 'spiritual jazz', 'jazz fusion', 'swing'],
  ],
  [
    'soul',
    sound(660, 560, -80, 590, 70, 320, 50, 160, 640, 108),
    ['neo soul', 'deep soul', 'funk', 'disco', 'quiet storm'],
  ],
  [
    'folk',
    sound(490, 320, -125, 780, 40, 760, 130, 140, 400, 114),
    ['freak folk', 'celtic folk', 'fado', 'folk rock', 'singer-songwriter'],
  ],
  [
    'country',
    sound(570, 610, -72, 870, 40, 340, 30, 170, 560, 120),
    ['bluegrass', 'outlaw country', 'honky-tonk', 'alt-country', 'americana'],
  ],
  [
    'classical',
    sound(280, 160, -220, 640, 40, 930, 780, 130, 200, 102),
    ['baroque', 'minimalism', 'string quartet', 'choral', 'film score'],
  ],
  [
    'latin',
    sound(690, 680, -65, 560, 80, 340, 50, 170, 680, 112),
    ['cumbia', 'bossa nova', 'salsa', 'reggaeton', 'tango'],
  ],
  [
    'african',
    sound(680, 650, -85, 660, 80, 360, 160, 170, 710, 116),
    ['highlife', 'afrobeat', 'desert blues', 'soukous', 'amapiano'],
  ],
]

/** The taste communities: the leaves of the genre tree, a family's together. */
export const genreTable: readonly Genre[] = families.flatMap(([family, center, genres]) =>
  genres.map((name) => ({ name, family, sound: center })),
)

/** Genres in a family. */
export const familySize = 5

/** Every genre is played in these places; a listener has a favourite one. */
export const scenes = ['northern', 'harbour', 'midnight', 'desert', 'glasshouse', 'mountain', 'neon', 'attic'] as const

/** How many listeners' taste each genre is, as whole numbers: a long tail in an order that the seed decides. */
export function genreSizes(seed: number): readonly number[] {
  const order = genreTable.map((_, genre) => genre).sort((a, b) => mixed(seed, 11, a) - mixed(seed, 11, b) || a - b)
  const sizes = new Array<number>(genreTable.length).fill(0)
  order.forEach((genre, place) => {
    sizes[genre] = Math.floor(4000 / (8 + place))
  })
  return sizes
}
