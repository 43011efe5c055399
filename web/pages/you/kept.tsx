import type { Profile } from '../../api/types.ts'
import { Link } from '../../parts/link.tsx'
import { moment } from '../../texts/numbers.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.you

/** What is stored of a profile. */
export function Kept({ profile }: { readonly profile: Profile }) {
  const { key, name, simulated, origin, readAt, expiresAt, artists, tracks, playlists } = profile
  return (
    <section>
      <h2>{words.kept}</h2>
      <dl className="facts">
        {name !== undefined && (
          <>
            <dt>{words.name}</dt>
            <dd>
              {name} {simulated && <span className="mark">{texts.simulated}</span>}
            </dd>
          </>
        )}
        <dt>{words.origin}</dt>
        <dd>{words.origins[origin]}</dd>
        <dt>{words.contents}</dt>
        <dd>{texts.taste.read(artists, tracks, playlists)}</dd>
        <dt>{words.readAt}</dt>
        <dd>{moment(readAt)}</dd>
        {expiresAt !== undefined && (
          <>
            <dt>{words.expires}</dt>
            <dd>{moment(expiresAt)}</dd>
          </>
        )}
      </dl>
      <p className="to-matches">
        {profile.matchable ? <Link href={`/p/${key}`}>{texts.job.toMatches}</Link> : profile.whyNotMatchable}
      </p>
    </section>
  )
}
