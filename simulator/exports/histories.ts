import type { PlayedTrack } from './person.ts'

/** A file of an export. */
export interface ExportedFile {
  /** With its folders. */
  readonly name: string
  readonly text: string
}

/** Each play by itself, in the order of time. */
function playsOf(tracks: readonly PlayedTrack[]) {
  return tracks.flatMap((track) => track.plays.map((at) => ({ ...track, at }))).sort((a, b) => a.at - b.at)
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** `Streaming_History_Audio_2024_0.json`. */
export function spotifyExtended(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, album, spotify, durationMs }) => ({
    ts: iso(at),
    platform: 'simulated',
    ms_played: durationMs,
    conn_country: 'ZZ',
    ip_addr: '192.0.2.1',
    master_metadata_track_name: track,
    master_metadata_album_artist_name: artist,
    master_metadata_album_album_name: album,
    spotify_track_uri: `spotify:track:${spotify}`,
    episode_name: null,
    episode_show_name: null,
    spotify_episode_uri: null,
    audiobook_title: null,
    audiobook_uri: null,
    audiobook_chapter_uri: null,
    audiobook_chapter_title: null,
    reason_start: 'trackdone',
    reason_end: 'trackdone',
    shuffle: false,
    skipped: false,
    offline: false,
    offline_timestamp: null,
    incognito_mode: false,
  }))
  return {
    name: 'Spotify Extended Streaming History/Streaming_History_Audio_2024_0.json',
    text: JSON.stringify(rows, undefined, 2),
  }
}

/** `endsong_0.json`, as it was until 2022. */
export function spotifyEndsong(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, album, spotify, durationMs }) => ({
    ts: iso(at),
    username: 'simulated',
    platform: 'simulated',
    ms_played: durationMs,
    conn_country: 'ZZ',
    ip_addr_decrypted: '192.0.2.1',
    user_agent_decrypted: 'unknown',
    master_metadata_track_name: track,
    master_metadata_album_artist_name: artist,
    master_metadata_album_album_name: album,
    spotify_track_uri: `spotify:track:${spotify}`,
    episode_name: null,
    episode_show_name: null,
    spotify_episode_uri: null,
    reason_start: 'clickrow',
    reason_end: 'trackdone',
    shuffle: false,
    skipped: null,
    offline: false,
    offline_timestamp: at,
    incognito_mode: false,
  }))
  return { name: 'MyData/endsong_0.json', text: JSON.stringify(rows) }
}

/** `StreamingHistory_music_0.json` of the account data. */
export function spotifyAccount(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, durationMs }) => ({
    endTime: new Date(at).toISOString().slice(0, 16).replace('T', ' '),
    artistName: artist,
    trackName: track,
    msPlayed: durationMs,
  }))
  return { name: 'Spotify Account Data/StreamingHistory_music_0.json', text: JSON.stringify(rows, undefined, 1) }
}

/** `watch-history.json` of Google Takeout. */
export function youtubeHistory(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks)
    .reverse()
    .map(({ at, artist, track, video }) => ({
      header: 'YouTube Music',
      title: `Watched ${track}`,
      titleUrl: `https://music.youtube.com/watch?v=${video}`,
      subtitles: [{ name: `${artist} - Topic`, url: 'https://www.youtube.com/channel/UCsimulated' }],
      time: new Date(at).toISOString(),
      products: ['YouTube'],
      activityControls: ['YouTube watch history'],
    }))
  return { name: 'Takeout/YouTube and YouTube Music/history/watch-history.json', text: JSON.stringify(rows) }
}

/** `watch-history.html` of Google Takeout. */
export function youtubeHistoryHtml(tracks: readonly PlayedTrack[]): ExportedFile {
  const cells = playsOf(tracks).map(({ at, artist, track, video }) => {
    const time = new Date(at).toLocaleString('en-US', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'medium' })
    return `<div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell"><p class="mdl-typography--title">YouTube Music<br></p></div><div class="content-cell mdl-typography--body-1">Watched\u00a0<a href="https://music.youtube.com/watch?v=${video}">${escaped(track)}</a><br><a href="https://www.youtube.com/channel/UCsimulated">${escaped(artist)} - Topic</a><br>${time} UTC<br></div></div></div>`
  })
  return {
    name: 'Takeout/YouTube and YouTube Music/history/watch-history.html',
    text: `<html><head><title>My Activity History</title></head><body>${cells.join('')}</body></html>`,
  }
}

/** `Apple Music Play Activity.csv` of Apple's privacy export. */
export function appleActivity(tracks: readonly PlayedTrack[]): ExportedFile {
  const header =
    'Album Name,Artist Name,Container Name,End Reason Type,Event End Timestamp,Event Type,Media Duration In Milliseconds,Media Type,Play Duration Milliseconds,Song Name'
  const rows = playsOf(tracks).map(({ at, artist, track, album, durationMs }) =>
    [
      album,
      artist,
      '',
      'NATURAL_END_OF_TRACK',
      new Date(at).toISOString(),
      'PLAY_END',
      durationMs,
      'AUDIO',
      durationMs,
      track,
    ]
      .map(cell)
      .join(','),
  )
  return {
    name: 'Apple_Media_Services/Apple Music Activity/Apple Music Play Activity.csv',
    text: `${[header, ...rows].join('\n')}\n`,
  }
}

/** `Library.xml` of the Music app, with the number of plays. */
export function appleLibrary(tracks: readonly PlayedTrack[]): ExportedFile {
  const dicts = tracks.map(({ artist, track, album, year, durationMs, plays }, id) => {
    const fields = [
      `<key>Track ID</key><integer>${id}</integer>`,
      `<key>Name</key><string>${escaped(track)}</string>`,
      `<key>Artist</key><string>${escaped(artist)}</string>`,
      `<key>Album</key><string>${escaped(album)}</string>`,
      `<key>Kind</key><string>Apple Music AAC audio file</string>`,
      `<key>Total Time</key><integer>${durationMs}</integer>`,
      `<key>Year</key><integer>${year}</integer>`,
      `<key>Date Added</key><date>${iso(plays[0]!)}</date>`,
      `<key>Play Count</key><integer>${plays.length}</integer>`,
      `<key>Play Date UTC</key><date>${iso(plays.at(-1)!)}</date>`,
    ]
    return `\t\t<key>${id}</key>\n\t\t<dict>\n\t\t\t${fields.join('\n\t\t\t')}\n\t\t</dict>`
  })
  const master = tracks.map((_, id) => `<dict><key>Track ID</key><integer>${id}</integer></dict>`).join('')
  return {
    name: 'Library.xml',
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>Major Version</key><integer>1</integer>
\t<key>Music Folder</key><string>file:///simulated/</string>
\t<key>Tracks</key>
\t<dict>
${dicts.join('\n')}
\t</dict>
\t<key>Playlists</key>
\t<array>
\t\t<dict><key>Master</key><true/><key>Name</key><string>Library</string><key>Playlist Items</key><array>${master}</array></dict>
\t</array>
</dict>
</plist>
`,
  }
}

/** Scrobbles under no header. */
export function lastfmBareTable(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, album }) => {
    const date = new Date(at).toLocaleDateString('en-GB', {
      timeZone: 'UTC',
      day: '2-digit',
      month: 'short',
      year: 'numeric',
    })
    return [artist, album, track, `${date} ${new Date(at).toISOString().slice(11, 16)}`].map(cell).join(',')
  })
  return { name: 'scrobbles.csv', text: rows.join('\n') }
}

/** Scrobbles with Last.fm's own columns. */
export function lastfmTable(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, album, mbid }) =>
    [String(at / 1000), iso(at), artist, '', album, '', track, mbid]
      .map((text) => `"${text.replaceAll('"', '""')}"`)
      .join(','),
  )
  return {
    name: 'recenttracks.csv',
    text: `uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n${rows.join('\n')}\n`,
  }
}

/** Answers of Last.fm's API, page by page. */
export function lastfmPages(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = playsOf(tracks).map(({ at, artist, track, album, mbid }) => ({
    artist: { mbid: '', '#text': artist },
    name: track,
    mbid,
    album: { mbid: '', '#text': album },
    date: { uts: String(at / 1000), '#text': iso(at) },
  }))
  const pages: unknown[] = []
  for (let from = 0; from < rows.length; from += 200)
    pages.push({ track: rows.slice(from, from + 200), '@attr': { page: String(1 + from / 200) } })
  return { name: 'recenttracks.json', text: JSON.stringify(pages) }
}

/** A file of ListenBrainz' own export. */
export function listenbrainzLines(tracks: readonly PlayedTrack[]): ExportedFile {
  const lines = playsOf(tracks).map(({ at, artist, track, album, spotify, mbid }) =>
    JSON.stringify({
      listened_at: at / 1000,
      inserted_at: at / 1000,
      track_metadata: {
        artist_name: artist,
        track_name: track,
        release_name: album,
        additional_info: { spotify_id: `https://open.spotify.com/track/${spotify}`, recording_msid: mbid },
        mbid_mapping: null,
      },
    }),
  )
  return { name: 'listens/2024/1.jsonl', text: `${lines.join('\n')}\n` }
}

/** A table of plays by track, as people make them. */
export function playCounts(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = tracks.map(({ artist, track, plays }) => [track, artist, plays.length].map(cell).join(';'))
  return { name: 'my music.csv', text: `Titel;Künstler;Wiedergaben\r\n${rows.join('\r\n')}\r\n` }
}

/** Quoted where it must be, for commas and semicolons. */
export function cell(value: string | number): string {
  const text = String(value)
  return /[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** For XML and HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;')
}
