import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { aboutQuery, makePlaylist, sessionQuery } from '../../api/calls.ts'
import { apiUrl } from '../../api/client.ts'
import type { Playlist } from '../../api/types.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { OtherSite } from '../../parts/link.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { SpotifyAttribution } from '../../parts/spotify.tsx'
import { TrackName } from '../../parts/track-list.tsx'
import { useTuning } from '../../parts/tuning.ts'
import { texts } from '../../texts/texts.ts'

const words = texts.pair.playlist

interface PlaylistForBothProps {
  readonly profile: string
  readonly match: string
  readonly name: string
}

/** Makes a playlist for two, shows it with its links, and saves it for who is signed in. */
export function PlaylistForBoth({ profile, match }: PlaylistForBothProps) {
  const [tuning] = useTuning(profile)
  const make = useMutation({ mutationFn: (save: boolean) => makePlaylist(profile, match, tuning, save) })
  const [open, setOpen] = useState(false)
  const start = () => {
    setOpen(true)
    make.mutate(false)
  }
  return (
    <>
      <button type="button" className="button primary" onClick={start}>
        {words.make}
      </button>
      <Sheet title={words.title} open={open} onClose={() => setOpen(false)}>
        {make.error && <ProblemNotice problem={make.error} />}
        {make.isPending && <p role="status">{texts.loading}</p>}
        {make.data && <Made playlist={make.data} onSave={() => make.mutate(true)} />}
        <div className="row">
          <button type="button" className="button" onClick={() => setOpen(false)}>
            {texts.close}
          </button>
        </div>
      </Sheet>
    </>
  )
}

function Made({
  playlist: { title, tracks, saved },
  onSave,
}: {
  readonly playlist: Playlist
  readonly onSave: () => void
}) {
  const from = (who: 'both' | 'you' | 'them') => tracks.filter((track) => track.from === who).length
  if (tracks.length === 0) return <p>{words.empty}</p>
  return (
    <>
      <p className="quiet">
        {title}: {words.message(from('both'), from('you'), from('them'))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <ol className="tracks" tabIndex={0}>
        {tracks.map((track) => (
          <li key={`${track.title}\n${track.artists.join('\n')}`}>
            <TrackName track={track} /> <span className="mark">{words.from[track.from]}</span>
          </li>
        ))}
      </ol>
      {tracks.some(({ url }) => url !== undefined) && <SpotifyAttribution />}
      <div className="row">
        <CopyButton
          text={tracks.map((track) => `${track.artists.join(', ')} – ${track.title}`).join('\n')}
          label={words.copy}
          done={words.copied}
        />
        {saved ? (
          <span role="status">
            {words.saved(saved.tracks)} <OtherSite href={saved.url}>{words.openSaved}</OtherSite>
          </span>
        ) : (
          <Save onSave={onSave} />
        )}
      </div>
    </>
  )
}

function Save({ onSave }: { readonly onSave: () => void }) {
  const { data: about } = useQuery(aboutQuery)
  const { data: session } = useQuery(sessionQuery)
  if (!about?.ways.savePlaylists.enabled) return null
  if (session?.signedIn?.mayWritePlaylists)
    return (
      <button type="button" className="button" onClick={onSave}>
        {words.save}
      </button>
    )
  const back = encodeURIComponent(location.pathname.slice(new URL('.', document.baseURI).pathname.length))
  return (
    <a className="button" href={apiUrl(`sign-in/spotify?playlists=write&back=${back}`)}>
      {words.signInToSave}
    </a>
  )
}
