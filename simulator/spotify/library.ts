import { isOneOf, mixed } from '../world/chance.ts'
import { idOf, numberOf } from '../world/ids.ts'
import type { SimulatedPlaylist, World } from '../world/world.ts'
import { type People, type SimulatedPerson, spotifyItself } from './people.ts'
import type { Quirks } from './settings.ts'

/** What stands at one place of a playlist. */
export interface Entry {
  readonly kind: 'track' | 'null' | 'local' | 'episode' | 'odd'
  /** Of the track. */
  readonly id: string
  /** Seconds since 1970; null in old playlists. */
  readonly addedAt: number | null
}

export interface LibraryPlaylist {
  readonly id: string
  readonly name: string
  readonly owner: SimulatedPerson
  readonly isPublic: boolean
  readonly collaborative: boolean
  readonly entries: readonly Entry[]
  readonly snapshot: string
}

/** A change of a playlist while the simulator runs. */
export interface Edit {
  /** Track ids to put at the top. */
  readonly add?: readonly string[]
  /** How many entries to take from the top before. */
  readonly remove?: number
  /** Changes the snapshot and nothing else. */
  readonly touch?: true
  /** Milliseconds until the snapshot shows it. */
  readonly lag?: number
}

interface AppliedEdit extends Edit {
  readonly at: number
}

/** As in the world's numbering: a listener has at most this many playlists. */
const slots = 16
/** The slot of a playlist that was left behind. */
const leftBehind = 15
const editorials = 12
/** Listeners whose playlists are kept at hand. */
const mostRecent = 3_000

/** The playlists of a simulated Spotify: the world's, what people follow, Spotify's own, and what was edited. */
export class Library {
  readonly #world: World
  readonly #quirks: Quirks
  readonly #people: People
  readonly #now: () => number
  readonly #edits = new Map<string, AppliedEdit[]>()
  /** What people made while the simulator ran. */
  readonly #made = new Map<string, LibraryPlaylist>()
  readonly #recent = new Map<number, readonly SimulatedPlaylist[]>()

  constructor(world: World, quirks: Quirks, people: People, now: () => number) {
    this.#world = world
    this.#quirks = quirks
    this.#people = people
    this.#now = now
  }

  /** All playlists of a listener's own, the newest first, private ones too. */
  own(i: number): readonly LibraryPlaylist[] {
    return this.#mixes(i).map((_, place) => this.#ofWorld(i, place)!)
  }

  /** Whether any of a listener's own is public. */
  showsAny(i: number): boolean {
    return this.#firstPublicPlace(i) >= 0
  }

  /** The newest of a listener's own that is public. */
  firstPublic(i: number): LibraryPlaylist | undefined {
    return this.#ofWorld(i, this.#firstPublicPlace(i))
  }

  /** All that the listener made or follows, in the order of their profile. */
  shown(i: number): readonly LibraryPlaylist[] {
    const { seed } = this.#world
    const followed = this.#world.friends(i).flatMap((friend) => this.own(friend).find(({ isPublic }) => isPublic) ?? [])
    if (isOneOf(this.#quirks.followsSpotify, seed, 211, i))
      followed.push(this.#editorial(mixed(seed, 212, i) % editorials))
    if (isOneOf(this.#quirks.followsDeleted, seed, 213, i)) followed.push(this.#ofWorld(i, leftBehind)!)
    const own = this.own(i)
    const made = [...this.#made.values()].filter(({ owner }) => owner.listener === i).reverse()
    return [...made, ...own.slice(0, 2), ...followed, ...own.slice(2)]
  }

  playlist(id: string): LibraryPlaylist | undefined {
    const made = this.#made.get(id)
    if (made) return made
    const editorial = editorialNumber(id)
    if (editorial !== undefined) return editorial < editorials ? this.#editorial(editorial) : undefined
    const number = numberOf(this.#world.seed, 'playlist', id)
    return number === undefined ? undefined : this.#ofWorld(Math.floor(number / slots), number % slots)
  }

  isOwnerOrCollaborator(person: SimulatedPerson, playlist: LibraryPlaylist): boolean {
    if (playlist.owner.id === person.id) return true
    const { listener } = person
    const owner = playlist.owner.listener
    if (!playlist.collaborative || listener === undefined || owner === undefined) return false
    return this.#world.friends(listener).includes(owner)
  }

  /** A playlist without entries. */
  create(owner: SimulatedPerson, name: string, isPublic = false): LibraryPlaylist {
    const id = `made${`${this.#made.size}`.padStart(18, '0')}`
    const playlist = { id, name, owner, isPublic, collaborative: false, entries: [], snapshot: `${id}-0` }
    this.#made.set(id, playlist)
    return playlist
  }

  /** Puts tracks at the end of a playlist that somebody made. @throws RangeError for any other */
  append(id: string, tracks: readonly string[]): void {
    const playlist = this.#made.get(id)
    if (!playlist) throw new RangeError(`nobody made a playlist ${id}`)
    const addedAt = Math.floor(this.#now() / 1000)
    const entries = [...playlist.entries, ...tracks.map((track): Entry => ({ kind: 'track', id: track, addedAt }))]
    this.#made.set(id, { ...playlist, entries, snapshot: `${id}-${entries.length}` })
  }

  /** @throws RangeError for a playlist that does not exist */
  edit(id: string, edit: Edit): void {
    if (!this.playlist(id)) throw new RangeError(`there is no playlist ${id}`)
    const edits = this.#edits.get(id) ?? []
    edits.push({ ...edit, at: this.#now() })
    this.#edits.set(id, edits)
  }

  #ofWorld(i: number, place: number): LibraryPlaylist | undefined {
    if (i >= this.#world.listeners) return undefined
    const { seed } = this.#world
    const number = i * slots + place
    const isLeft = place === leftBehind && isOneOf(this.#quirks.followsDeleted, seed, 213, i)
    const mix = this.#mixes(i)[isLeft ? 0 : place]
    if (mix === undefined) return undefined
    return this.#edited({
      id: isLeft ? idOf(seed, 'playlist', number) : mix.id,
      name: isLeft ? `${mix.name} (left behind)` : mix.name,
      owner: isLeft ? this.#people.departed(i) : this.#people.person(i),
      isPublic: isLeft || this.#isPublic(i, place),
      collaborative: !isLeft && isOneOf(this.#quirks.collaborativePlaylists, seed, 216, number),
      entries: this.#entries(number, isLeft ? mix.tracks.slice(0, 20) : mix.tracks),
    })
  }

  #firstPublicPlace(i: number): number {
    return Array.from({ length: this.#world.playlistCount(i) }).findIndex((_, place) => this.#isPublic(i, place))
  }

  #isPublic(i: number, place: number): boolean {
    const { hiddenProfiles, privatePlaylists } = this.#quirks
    const { seed } = this.#world
    return !isOneOf(hiddenProfiles, seed, 214, i) && !isOneOf(privatePlaylists, seed, 215, i * slots + place)
  }

  /** The world's tracks with the odd things that real playlists have in between. */
  #entries(number: number, tracks: SimulatedPlaylist['tracks']): readonly Entry[] {
    const { seed } = this.#world
    const undated = isOneOf(this.#quirks.undatedPlaylists, seed, 217, number)
    const entries = tracks.map(({ id, addedAt }): Entry => ({ kind: 'track', id, addedAt: undated ? null : addedAt }))
    const kinds = ['null', 'local', 'episode', 'odd', 'track'] as const
    kinds.forEach((kind, salt) => {
      if (!isOneOf(this.#quirks.oddItems, seed, 218, number, salt) || tracks.length === 0) return
      const { id, addedAt } = tracks[mixed(seed, 219, number, salt) % tracks.length]!
      // After the first one of its kind: a track that stands twice counts where it stood first.
      const at = entries.findLastIndex((entry) => entry.id === id) + 1
      entries.splice(at + (mixed(seed, 220, number, salt) % (entries.length - at + 1)), 0, {
        kind,
        id,
        addedAt: undated ? null : addedAt,
      })
    })
    return entries
  }

  #editorial(number: number): LibraryPlaylist {
    const tracks = this.#mixes(mixed(this.#world.seed, 221, number) % this.#world.listeners)[0]!.tracks
    return this.#edited({
      id: editorialId(number),
      name: `Simulated Hits ${number + 1}`,
      owner: spotifyItself,
      isPublic: true,
      collaborative: false,
      entries: tracks.map(({ id, addedAt }) => ({ kind: 'track', id, addedAt })),
    })
  }

  #edited(playlist: Omit<LibraryPlaylist, 'snapshot'>): LibraryPlaylist {
    const edits = this.#edits.get(playlist.id) ?? []
    let entries = playlist.entries
    for (const { add = [], remove = 0, at } of edits) {
      const added = add.map((id): Entry => ({ kind: 'track', id, addedAt: Math.floor(at / 1000) }))
      entries = [...added, ...entries.slice(remove)]
    }
    const version = 1 + edits.filter(({ at, lag = 0 }) => at + lag <= this.#now()).length
    const mark = mixed(this.#world.seed, 222, version, ...Buffer.from(playlist.id.slice(-8))).toString(16)
    return { ...playlist, entries, snapshot: Buffer.from(`${version},${mark}`).toString('base64') }
  }

  #mixes(i: number): readonly SimulatedPlaylist[] {
    const known = this.#recent.get(i)
    if (known) return known
    if (this.#recent.size >= mostRecent) this.#recent.clear()
    const made = this.#world.playlists(i)
    this.#recent.set(i, made)
    return made
  }
}

/** Spotify's own playlists are known by how their ids begin. */
const editorialStart = '37i9dQZF1DX'

function editorialId(number: number): string {
  return `${editorialStart}${`${number}`.padStart(22 - editorialStart.length, '0')}`
}

function editorialNumber(id: string): number | undefined {
  return id.startsWith(editorialStart) ? Number(id.slice(editorialStart.length)) : undefined
}
