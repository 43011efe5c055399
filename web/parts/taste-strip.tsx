import type { Taste } from '../api/types.ts'
import { percent } from '../texts/numbers.ts'
import { texts } from '../texts/texts.ts'
import { Link } from './link.tsx'
import './taste-strip.css'

/** How many genres fit in a line. */
const told = 5

/** A taste in a line: its genres and how unusual it is. */
export function TasteStrip({ taste, profile }: { readonly taste: Taste; readonly profile: string }) {
  const { genres, rarerThan, artists, tracks, playlists } = taste
  return (
    <section className="strip" aria-label={texts.taste.short}>
      <ul className="chips">
        {genres.slice(0, told).map(({ genre, share }) => (
          <li key={genre} className="chip">
            {genre} <b>{percent(share)}</b>
          </li>
        ))}
      </ul>
      <p className="small quiet">
        {texts.taste.read(artists, tracks, playlists)}
        {rarerThan !== undefined && (
          <>
            {', '}
            <b>{texts.taste.rarer(rarerThan)}</b>
          </>
        )}
      </p>
      <Link href={`/p/${profile}/taste`}>{texts.matches.allOfTaste}</Link>
    </section>
  )
}
