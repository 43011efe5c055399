import { isOneOf, mixed } from '../world/chance.ts'
import { isrcOf } from '../world/foreign-ids.ts'
import { idOf, numberOf } from '../world/ids.ts'
import type { SimulatedArtist, SimulatedTrack, World } from '../world/world.ts'
import { keep } from './json.ts'
import type { Entry, LibraryPlaylist } from './library.ts'
import type { SimulatedPerson } from './people.ts'
import type { Mode, Switches } from './settings.ts'

type Json = Readonly<Record<string, unknown>>

const markets = ['BR', 'DE', 'FI', 'GH', 'IN', 'JP', 'MX', 'NZ', 'SE', 'US']
/** Rendered tracks that are kept at hand. */
const mostRecent = 20_000

/** Renders the world as the Web API does for apps of one mode. */
export class Renderer {
  readonly #world: World
  readonly #base: string
  readonly #isNew: boolean
  readonly #oldNamesAsNull: boolean
  readonly #recent = new Map<string, Json>()
  #lastAdder: { readonly id: string; readonly user: Json } | undefined

  /** @param base address of the API, with its version */
  constructor(world: World, mode: Mode, switches: Switches, base: string) {
    this.#world = world
    this.#base = base
    this.#isNew = mode === 'dev_new'
    this.#oldNamesAsNull = switches.oldNamesAsNull
  }

  user(person: SimulatedPerson): Json {
    return {
      display_name: person.displayName,
      ...this.#around('user', person.id),
      ...(!this.#isNew && { followers: { href: null, total: (person.listener ?? 0) % 97 } }),
      images: [],
    }
  }

  /** The person who is signed in. */
  me(person: SimulatedPerson, scopes: ReadonlySet<string>): Json {
    return {
      ...this.user(person),
      account_id: mixed(this.#world.seed, 231, person.listener ?? 0).toString(36),
      ...(!this.#isNew &&
        scopes.has('user-read-private') && {
          country: 'SE',
          product: 'premium',
          explicit_content: { filter_enabled: false, filter_locked: false },
        }),
      ...(!this.#isNew && scopes.has('user-read-email') && { email: 'simulated@listener.example' }),
    }
  }

  /** As lists show it: without contents. */
  playlist(playlist: LibraryPlaylist): Json {
    const contents = { href: `${this.#base}/playlists/${playlist.id}/tracks`, total: playlist.entries.length }
    return { ...this.#playlistAround(playlist), ...this.#bothNames('items', 'tracks', contents) }
  }

  /** Alone. @param contents its first page; undefined when this app may not see it */
  fullPlaylist(playlist: LibraryPlaylist, contents: Json | undefined): Json {
    return {
      ...this.#playlistAround(playlist),
      ...(!this.#isNew && { followers: { href: null, total: playlist.entries.length % 7 } }),
      ...(contents && this.#bothNames('items', 'tracks', contents)),
    }
  }

  #playlistAround(playlist: LibraryPlaylist): Json {
    const { id, name, owner, collaborative, isPublic, snapshot } = playlist
    const picture = mixed(this.#world.seed, 232, ...Buffer.from(id.slice(-4))) % 4
    return {
      collaborative,
      description: picture === 0 ? null : '',
      ...this.#around('playlist', id),
      images: picture === 1 ? null : picture === 2 ? [] : [this.#image(id, null)],
      name,
      owner: { ...this.#around('user', owner.id), display_name: owner.displayName },
      primary_color: null,
      public: isPublic,
      snapshot_id: snapshot,
    }
  }

  /** An entry of a playlist. @param episodes whether the request can take episodes */
  entry(entry: Entry, owner: SimulatedPerson, episodes: boolean): Json {
    const item = this.#item(entry, episodes)
    const around = {
      added_at: timeOf(entry.addedAt),
      added_by: entry.addedAt === null ? null : this.#adder(owner),
      is_local: entry.kind === 'local',
      primary_color: null,
    }
    // Thousands of entries are rendered a second: spreading what `bothNames` gives would take longer than all the rest.
    if (!this.#isNew) return { ...around, item, track: item, video_thumbnail: noThumbnail }
    return { ...around, ...this.#bothNames('item', 'track', item), video_thumbnail: noThumbnail }
  }

  /** Mostly the same one all over a playlist. */
  #adder(owner: SimulatedPerson): Json {
    if (this.#lastAdder?.id !== owner.id) this.#lastAdder = { id: owner.id, user: keep(this.#around('user', owner.id)) }
    return this.#lastAdder.user
  }

  #item({ kind, id }: Entry, episodes: boolean): Json | null {
    switch (kind) {
      case 'track':
        return this.#recent.get(id) ?? this.track(this.#world.track(id)!)
      case 'local':
        return this.#localFile(this.#world.track(id)!)
      case 'episode':
        return episodes ? this.#episode(this.#world.track(id)!) : null
      case 'odd':
        // Seen in the wild: a "track" whose album is really a show.
        return { ...this.track(this.#world.track(id)!), artists: [], album: { type: 'show', name: 'Simulated Show' } }
      case 'null':
        return null
    }
  }

  track(track: SimulatedTrack): Json {
    const known = this.#recent.get(track.id)
    if (known) return known
    if (this.#recent.size >= mostRecent) this.#recent.clear()
    const made = keep(this.#newTrack(track))
    this.#recent.set(track.id, made)
    return made
  }

  #newTrack(track: SimulatedTrack): Json {
    const { seed } = this.#world
    const number = numberOf(seed, 'track', track.id)!
    return {
      album: this.#album(track, number),
      artists: track.artists.map((artist) => this.#simpleArtist(artist)),
      ...(!this.#isNew && { available_markets: markets }),
      disc_number: 1,
      duration_ms: track.durationMs,
      explicit: isOneOf(90, seed, 233, number),
      external_ids: { isrc: isrcOf(number) },
      ...this.#around('track', track.id),
      is_local: false,
      name: track.title,
      ...(!this.#isNew && { popularity: mixed(seed, 234, number) % 101, preview_url: null }),
      track_number: 1 + (number % 11),
    }
  }

  #album({ album, artists, year }: SimulatedTrack, number: number): Json {
    const precision = mixed(this.#world.seed, 235, ...Buffer.from(album.id.slice(-4))) % 10
    return {
      album_type: precision === 9 ? 'single' : 'album',
      artists: [this.#simpleArtist(artists[0]!)],
      ...(!this.#isNew && { available_markets: markets }),
      ...this.#around('album', album.id),
      images: [this.#image(album.id, 640), this.#image(album.id, 64)],
      name: album.title,
      release_date: precision < 3 ? `${year}` : precision < 4 ? `${year}-06` : `${year}-06-${10 + (number % 19)}`,
      release_date_precision: precision < 3 ? 'year' : precision < 4 ? 'month' : 'day',
      total_tracks: 11,
    }
  }

  #localFile(track: SimulatedTrack): Json {
    return {
      album: {
        album_type: null,
        artists: [],
        available_markets: [],
        external_urls: {},
        href: null,
        id: null,
        images: [],
        name: '',
        release_date: null,
        release_date_precision: null,
        type: 'album',
        uri: null,
      },
      artists: [{ external_urls: {}, href: null, id: null, name: '', type: 'artist', uri: null }],
      ...(!this.#isNew && { available_markets: [] }),
      disc_number: 0,
      duration_ms: track.durationMs,
      explicit: false,
      external_ids: {},
      external_urls: {},
      href: null,
      id: null,
      is_local: true,
      name: `${track.title}.mp3`,
      ...(!this.#isNew && { popularity: 0, preview_url: null }),
      track_number: 0,
      type: 'track',
      uri: `spotify:local:::${encodeURIComponent(track.title)}.mp3:${Math.round(track.durationMs / 1000)}`,
    }
  }

  #episode(track: SimulatedTrack): Json {
    const show = {
      available_markets: [],
      copyrights: [],
      description: 'Simulated talk about simulated music.',
      explicit: false,
      ...this.#around('show', track.album.id),
      html_description: '',
      images: [this.#image(track.album.id, 640)],
      is_externally_hosted: false,
      languages: ['en'],
      media_type: 'audio',
      name: 'Simulated Show',
      publisher: 'Consonance',
      total_episodes: 3,
    }
    return {
      audio_preview_url: null,
      description: show.description,
      duration_ms: track.durationMs,
      explicit: false,
      ...this.#around('episode', track.id),
      html_description: '',
      images: show.images,
      is_externally_hosted: false,
      is_playable: true,
      language: 'en',
      languages: ['en'],
      name: `About "${track.title}"`,
      release_date: `${track.year}-01-01`,
      release_date_precision: 'day',
      show,
    }
  }

  artist(artist: SimulatedArtist): Json {
    return {
      ...this.#simpleArtist(artist),
      ...(!this.#isNew && {
        followers: { href: null, total: mixed(this.#world.seed, 236, ...Buffer.from(artist.id)) % 100_000 },
        genres: this.#world.genres(artist.id) ?? [],
        popularity: mixed(this.#world.seed, 237, ...Buffer.from(artist.id)) % 101,
      }),
      images: [this.#image(artist.id, 640)],
    }
  }

  #simpleArtist({ id, name }: SimulatedArtist): Json {
    return { ...this.#around('artist', id), name }
  }

  /** Undefined where nobody measured it. */
  audioFeatures(track: SimulatedTrack): Json | undefined {
    const audio = this.#world.audio(track.id)
    if (audio === undefined) return undefined
    const { durationMs = track.durationMs, timeSignature = 4, ...measured } = audio
    return {
      ...measured,
      duration_ms: durationMs,
      time_signature: timeSignature,
      type: 'audio_features',
      id: track.id,
      uri: `spotify:track:${track.id}`,
      track_href: `${this.#base}/tracks/${track.id}`,
      analysis_url: `${this.#base}/audio-analysis/${track.id}`,
    }
  }

  /** With `market`: whether it can be played there, and what was swapped for it. */
  inMarket(track: Json): Json {
    const { available_markets: _, ...rest } = track
    const number = numberOf(this.#world.seed, 'track', track.id as string)
    if (number === undefined) return track
    if (isOneOf(20, this.#world.seed, 238, number))
      return { ...rest, is_playable: false, restrictions: { reason: 'market' } }
    if (!isOneOf(20, this.#world.seed, 239, number)) return { ...rest, is_playable: true }
    const swapped = this.#around('track', idOf(this.#world.seed, 'track', number + twins))
    const linkedFrom = this.#isNew ? {} : { linked_from: this.#around('track', track.id as string) }
    return { ...rest, ...swapped, is_playable: true, ...linkedFrom }
  }

  #around(type: string, id: string): Json {
    const encoded = encodeURIComponent(id)
    return {
      external_urls: { spotify: `https://open.spotify.com/${type}/${encoded}` },
      href: `${this.#base}/${type}s/${encoded}`,
      id,
      type,
      uri: `spotify:${type}:${encoded}`,
    }
  }

  #image(id: string, size: number | null): Json {
    return { height: size, url: `https://images.simulated.example/${id}/${size ?? 'original'}`, width: size }
  }

  #bothNames(newName: string, oldName: string, value: unknown): Json {
    if (!this.#isNew) return { [newName]: value, [oldName]: value }
    return { [newName]: value, ...(this.#oldNamesAsNull && { [oldName]: null }) }
  }
}

const noThumbnail = keep({ url: null })

function timeOf(seconds: number | null): string | null {
  return seconds === null ? null : `${new Date(seconds * 1000).toISOString().slice(0, -5)}Z`
}

/** Numbers of tracks that stand for the same recording on another release begin here. */
const twins = 2 ** 30

/** The track with this id, or the one that the id is another release of. */
export function trackWithId(world: World, id: string): SimulatedTrack | undefined {
  const number = numberOf(world.seed, 'track', id)
  return world.track(number !== undefined && number >= twins ? idOf(world.seed, 'track', number - twins) : id)
}
