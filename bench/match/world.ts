import { pseudonymousConsent } from '../../src/taste/consent.ts'
import type { Profile } from '../../src/taste/listener.ts'
import { random } from '../../src/towers/random.ts'
import { normal } from './chance.ts'

const scenes = 400
const artistsOfScene = 150
const famousArtists = 300
const tracksOfArtist = 6
const genresOfScene = 3

/** Listeners of two or three scenes each, a few dozen tracks of about as many artists, some of whom everybody knows. */
export function syntheticProfile(i: number): Profile {
  const { uniform } = random(1, i)
  const own = Array.from({ length: 2 + Math.floor(2 * uniform()) }, () => Math.floor(scenes * uniform() ** 1.5))
  const entries = Math.round(Math.max(12, Math.min(160, 45 * Math.exp(0.5 * normal(uniform)))))
  const items = Array.from({ length: entries }, () => {
    const artist =
      uniform() < 0.2
        ? `Famous ${Math.floor(famousArtists * uniform() ** 2)}`
        : `Scene ${own[Math.floor(own.length * uniform())]} Artist ${Math.floor(artistsOfScene * uniform() ** 2)}`
    return { artists: [artist], track: `${artist} Song ${Math.floor(tracksOfArtist * uniform())}` }
  })
  const id = `synthetic:${String(i).padStart(7, '0')}`
  return {
    id,
    provenance: { origin: 'simulated', source: 'synthetic', readAt: 1 },
    consent: pseudonymousConsent,
    items,
  }
}

/** Genres of all artists, so many at a time. */
export function* syntheticGenres(): Generator<{ readonly name: string; readonly genres: readonly string[] }> {
  for (let f = 0; f < famousArtists; f++) yield { name: `Famous ${f}`, genres: ['pop', `pop ${f % 7}`] }
  for (let scene = 0; scene < scenes; scene++)
    for (let a = 0; a < artistsOfScene; a++)
      yield {
        name: `Scene ${scene} Artist ${a}`,
        genres: [`family ${scene % 40}`, `scene ${scene}`, `scene ${scene} style ${a % genresOfScene}`],
      }
}
