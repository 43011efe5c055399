import { cell, type ExportedFile, escaped } from './histories.ts'
import type { PlayedTrack } from './person.ts'

const playlist = 'Everything'

function addedAt({ plays }: PlayedTrack): string {
  return `${new Date(plays[0]!).toISOString().slice(0, 19)}Z`
}

/** `Playlist1.json` of Spotify's account data. */
export function spotifyPlaylists(tracks: readonly PlayedTrack[]): ExportedFile {
  const items = tracks.map((one) => ({
    track: {
      trackName: one.track,
      artistName: one.artist,
      albumName: one.album,
      trackUri: `spotify:track:${one.spotify}`,
    },
    episode: null,
    localTrack: null,
    addedDate: addedAt(one).slice(0, 10),
  }))
  const playlists = [{ name: playlist, lastModifiedDate: '2024-12-31', items, description: null, numberOfFollowers: 0 }]
  return { name: 'Spotify Account Data/Playlist1.json', text: JSON.stringify({ playlists }, undefined, 2) }
}

/** `YourLibrary.json` of Spotify's account data. */
export function spotifyLibrary(tracks: readonly PlayedTrack[]): ExportedFile {
  const saved = tracks.map(({ artist, album, track, spotify }) => ({
    artist,
    album,
    track,
    uri: `spotify:track:${spotify}`,
  }))
  const library = {
    tracks: saved,
    albums: [],
    shows: [],
    episodes: [],
    bannedTracks: [],
    artists: [],
    bannedArtists: [],
    other: [],
  }
  return { name: 'Spotify Account Data/YourLibrary.json', text: JSON.stringify(library, undefined, 2) }
}

const quoted = (values: readonly (string | number)[]) =>
  values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(',')

/** Columns of the fork that quotes everything, in German. */
const german = [
  ...[
    'Track-URI',
    'Track-Name',
    'Künstler-URI(s)',
    'Künstlername(n)',
    'Album-URI',
    'Album-Name',
    'Album-Künstler-URI(s)',
  ],
  ...[
    'Album-Künstlername(n)',
    'Veröffentlichungsdatum des Albums',
    'Album-Bild-URL',
    'Disc-Nummer',
    'Track-Nummer',
    'Track-Dauer (ms)',
  ],
  ...['Track-Vorschau-URL', 'Explizit', 'Beliebtheit', 'ISRC', 'Hinzugefügt von', 'Hinzugefügt am'],
]

/** Exportify, the fork that quotes everything, with translated headers. */
export function exportifyTranslated(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = tracks.map((one) =>
    quoted([
      ...[
        `spotify:track:${one.spotify}`,
        one.track,
        `spotify:artist:${one.artistId}`,
        one.artist.replaceAll(',', '\\,'),
        'spotify:album:0000000000000000000000',
        one.album,
        `spotify:artist:${one.artistId}`,
      ],
      ...[
        one.artist.replaceAll(',', '\\,'),
        String(one.year),
        '',
        1,
        1,
        one.durationMs,
        '',
        'false',
        10,
        one.isrc,
        'spotify:user:simulated',
        addedAt(one),
      ],
    ]),
  )
  return { name: 'everything.csv', text: `${[quoted(german), ...rows].join('\n')}\n` }
}

/** Exportify, the other fork: a byte-order mark, artists joined by semicolons, audio features always. */
export function exportifyFeatures(tracks: readonly PlayedTrack[]): ExportedFile {
  const header =
    'Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,Added By,Added At,Genres,Record Label,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,Instrumentalness,Liveness,Valence,Tempo,Time Signature'
  const rows = tracks.map((one) =>
    [
      ...[
        `spotify:track:${one.spotify}`,
        quoted([one.track]),
        quoted([one.album]),
        quoted([one.artist]),
        `${one.year}-01-01`,
        one.durationMs,
        10,
        'false',
      ],
      ...['simulated', addedAt(one), '""', '"Simulated"', 0.5, 0.6, 1, -7.5, 1, 0.05, 0.1, 0.001, 0.2, 0.4, 120, 4],
    ].join(','),
  )
  return { name: 'Everything.csv', text: `\ufeff${[header, ...rows].join('\r\n')}\r\n` }
}

export function m3u(tracks: readonly PlayedTrack[]): ExportedFile {
  const entries = tracks.map(
    ({ artist, track, album, durationMs }, i) =>
      `#EXTINF:${Math.round(durationMs / 1000)},${artist} - ${track}\n#EXTALB:${album}\n../music/${i}.mp3`,
  )
  return { name: 'everything.m3u8', text: `#EXTM3U\n#PLAYLIST:${playlist}\n${entries.join('\n')}\n` }
}

export function xspf(tracks: readonly PlayedTrack[]): ExportedFile {
  const entries = tracks.map(
    ({ artist, track, album, durationMs, mbid }) =>
      `<track><location>file:///music/x.mp3</location><identifier>https://musicbrainz.org/recording/${mbid}</identifier><title>${escaped(track)}</title><creator>${escaped(artist)}</creator><album>${escaped(album)}</album><duration>${durationMs}</duration></track>`,
  )
  return {
    name: 'everything.xspf',
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/"><title>${playlist}</title><trackList>${entries.join('\n')}</trackList></playlist>\n`,
  }
}

export function jspf(tracks: readonly PlayedTrack[]): ExportedFile {
  const track = tracks.map((one) => ({
    identifier: [`https://musicbrainz.org/recording/${one.mbid}`],
    title: one.track,
    creator: one.artist,
    album: one.album,
    duration: one.durationMs,
    extension: { 'https://musicbrainz.org/doc/jspf#track': { added_at: addedAt(one) } },
  }))
  return { name: 'everything.jspf', text: JSON.stringify({ playlist: { title: playlist, track } }) }
}

/** `music library songs.csv` of Google Takeout. */
export function youtubeLibrary(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = tracks.map(({ video, track, album, artist }) => [video, track, album, artist].map(cell).join(','))
  return {
    name: 'Takeout/YouTube and YouTube Music/music (library and uploads)/music library songs.csv',
    text: `Video ID,Song Title,Album Title,Artist Name 1\n${rows.join('\n')}\n`,
  }
}

/** `Apple Music Library Tracks.json` of Apple's privacy export, of tracks that were never played. */
export function appleTracks(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = tracks.map((one, id) => ({
    'Content Type': 'Song',
    'Track Identifier': id,
    Title: one.track,
    Artist: one.artist,
    Album: one.album,
    'Track Duration': one.durationMs,
    'Date Added To Library': addedAt(one),
  }))
  return {
    name: 'Apple_Media_Services/Apple Music Activity/Apple Music Library Tracks.json',
    text: JSON.stringify(rows),
  }
}

/** A list as some service for moving playlists writes it. */
export function movedTable(tracks: readonly PlayedTrack[]): ExportedFile {
  const rows = tracks.map(({ track, artist, album, isrc }) =>
    quoted([track, artist, album, playlist, 'Playlist', isrc]),
  )
  return { name: 'moved.csv', text: `Track name, Artist name, Album, Playlist name, Type, ISRC\n${rows.join('\n')}\n` }
}
