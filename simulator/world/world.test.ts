import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { artistNumber, standing } from './artists.ts'
import { mixed } from './chance.ts'
import { genreTable } from './genres.ts'
import { idOf, numberOf } from './ids.ts'
import { listenerName, nameCount } from './listener-names.ts'
import { createWorld, type World } from './world.ts'

const base62 = /^[0-9A-Za-z]{22}$/
const world = createWorld({ seed: 1, listeners: 600 })

test('the same seed gives the same bytes on every machine, another seed others', () => {
  const hash = (seed: number) => {
    const { listener, playlists, friends, track, audio, genres } = createWorld({ seed, listeners: 40 })
    const told = Array.from({ length: 40 }, (_, i) => [
      listener(i),
      friends(i),
      playlists(i).map((playlist) => [
        playlist,
        playlist.tracks.map(({ id }) => [track(id), audio(id), genres(track(id)!.artists[0]!.id)]),
      ]),
    ])
    return createHash('sha256').update(JSON.stringify(told)).digest('hex')
  }
  assert.equal(hash(1), '9030085224eae077524bd1f598afa93bf633d6f589daec730e55dfd1966d2165')
  assert.notEqual(hash(2), hash(1))
})

test('a listener is the same in a world of any size', () => {
  const larger = createWorld({ seed: 1, listeners: 100_000 })
  for (const i of [0, 17, 599]) {
    assert.deepEqual(larger.listener(i), world.listener(i))
    assert.deepEqual(larger.playlists(i), world.playlists(i))
    assert.deepEqual(larger.friends(i), world.friends(i))
  }
})

test('a world of more listeners than names is refused', () => {
  assert.throws(() => createWorld({ seed: 1, listeners: nameCount + 1 }), RangeError)
})

test('names are animals and objects, one for each listener', () => {
  assert.deepEqual([0, 1, 2].map(listenerName), ['morning-owl', 'night-heron', 'tape-hiss'])
  const names = Array.from({ length: 120_000 }, (_, i) => listenerName(i))
  assert.equal(new Set(names).size, names.length)
  for (const name of names) assert.match(name, /^[a-z]{3,}(-[a-z]{3,}){1,2}$/)
  assert.ok(names.slice(0, 20_000).every((name) => name.split('-').length === 2))
})

test('ids hide a number and give it back; foreign ids are not of this world', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat({ max: 0xffffffff }), (seed, number) => {
      const id = idOf(seed, 'track', number)
      assert.match(id, base62)
      assert.equal(numberOf(seed, 'track', id), number)
      assert.equal(numberOf(seed, 'artist', id), undefined)
      assert.equal(numberOf(seed + 1, 'track', id), undefined)
    }),
  )
  for (const id of ['', 'x', '!'.repeat(22), 'z'.repeat(22), '0'.repeat(22), '0'.repeat(23)]) {
    assert.equal(world.track(id), undefined)
    assert.equal(world.artist(id), undefined)
    assert.equal(world.audio(id), undefined)
    assert.equal(world.genres(id), undefined)
  }
})

test('an artist is one number', () => {
  fc.assert(
    fc.property(fc.nat({ max: 59 }), fc.nat({ max: 7 }), fc.nat({ max: (1 << 14) - 1 }), (genre, scene, rank) => {
      assert.deepEqual(standing(artistNumber({ genre, scene, rank })), { genre, scene, rank })
    }),
  )
})

test('playlists have the promised sizes, and tracks the promised fields', () => {
  for (let i = 0; i < 200; i++) {
    const playlists = world.playlists(i)
    assert.ok(playlists.length >= 3 && playlists.length <= 12)
    assert.equal(world.playlistCount(i), playlists.length)
    assert.equal(new Set(playlists.map((playlist) => playlist.name)).size, playlists.length)
    for (const { id, tracks } of playlists) {
      assert.match(id, base62)
      assert.ok(tracks.length >= 15 && tracks.length <= 80)
      assert.equal(new Set(tracks.map((track) => track.id)).size, tracks.length)
      for (const { id, addedAt } of tracks.slice(0, 5)) {
        const track = world.track(id)!
        assert.match(id, base62)
        assert.equal(track.id, id)
        assert.ok(track.title.length > 0 && track.album.title.length > 0)
        assert.ok(track.year >= 1958 && track.year <= 2025)
        assert.ok(addedAt > 1_600_000_000 && addedAt < 1_767_225_600)
        for (const artist of track.artists) assert.deepEqual(world.artist(artist.id), artist)
      }
    }
  }
})

test('listeners who share their main community share more artists', () => {
  const artists = Array.from({ length: 400 }, (_, i) => artistsOf(world, i))
  const main = artists.map((_, i) => world.listener(i).communities[0]!.genre)
  const shared = { same: 0, other: 0 }
  const pairs = { same: 0, other: 0 }
  for (let i = 0; i < artists.length; i++) {
    for (let j = 0; j < i; j++) {
      const kind = main[i] === main[j] ? 'same' : 'other'
      shared[kind] += [...artists[i]!].filter((artist) => artists[j]!.has(artist)).length
      pairs[kind]++
    }
  }
  assert.ok(pairs.same > 500)
  assert.ok(shared.same / pairs.same > 5 * (shared.other / pairs.other))
  assert.ok(shared.other > 0, 'the charts are known everywhere')
})

test('listeners have one to three communities, the strongest first', () => {
  const many = [0, 0, 0, 0]
  for (let i = 0; i < 2000; i++) {
    const { communities } = world.listener(i)
    many[communities.length]!++
    assert.equal(new Set(communities.map((community) => community.genre)).size, communities.length)
    assert.deepEqual(
      communities.map((community) => community.weight),
      communities.map((community) => community.weight).sort((a, b) => b - a),
    )
  }
  assertShare(many[1]!, 2000, 0.35)
  assertShare(many[2]!, 2000, 0.4)
  assertShare(many[3]!, 2000, 0.25)
})

test('most artists are rare, a few are famous', () => {
  const fans = new Map<string, number>()
  for (let i = 0; i < world.listeners; i++) {
    for (const artist of artistsOf(world, i)) fans.set(artist, (fans.get(artist) ?? 0) + 1)
  }
  const counts = [...fans.values()]
  assert.ok(counts.filter((count) => count <= 3).length > 0.6 * counts.length)
  assert.ok(Math.max(...counts) > 0.05 * world.listeners)
})

test('the shares of missing and rare things are as configured', () => {
  const shares = { homonyms: 50, withoutGenres: 300, withoutAudio: 450, featured: 200, communities: [1, 1, 1] } as const
  const odd = createWorld({ seed: 9, listeners: 150, shares })
  const tracks = new Set<string>()
  for (let i = 0; i < odd.listeners; i++) {
    for (const playlist of odd.playlists(i)) for (const { id } of playlist.tracks) tracks.add(id)
  }
  const artists = new Map([...tracks].flatMap((id) => odd.track(id)!.artists.map(({ id, name }) => [id, name])))
  assertShare([...tracks].filter((id) => odd.audio(id) === undefined).length, tracks.size, 0.45)
  assertShare([...tracks].filter((id) => odd.track(id)!.artists.length > 1).length, tracks.size, 0.2)
  assertShare([...artists.keys()].filter((id) => odd.genres(id) === undefined).length, artists.size, 0.3)
  assert.ok(new Set(artists.values()).size < artists.size, 'homonyms exist')

  const none = createWorld({ seed: 9, listeners: 150, shares: { ...shares, homonyms: 0 } })
  const names = [...artists.keys()].map((id) => none.artist(id)!.name)
  assert.equal(new Set(names).size, names.length, 'names differ without homonyms')
})

test('sounds differ by genre family, with every value in its range', () => {
  const energy = new Map<string, number[]>()
  for (let i = 0; i < 300; i++) {
    for (const { id } of world.playlists(i)[0]!.tracks) {
      const audio = world.audio(id)
      if (!audio) continue
      for (const name of ['danceability', 'energy', 'speechiness', 'acousticness', 'valence'] as const) {
        assert.ok(audio[name]! >= 0 && audio[name]! <= 1)
      }
      assert.ok(audio.loudness! >= -60 && audio.loudness! <= 0)
      assert.ok(audio.tempo! >= 50 && audio.tempo! <= 220)
      assert.ok(Number.isInteger(audio.key) && audio.key! >= 0 && audio.key! <= 11)
      const genre = world.genres(world.track(id)!.artists[0]!.id)?.[0]
      const family = genreTable.find(({ name }) => name === genre)?.family
      if (family) energy.set(family, [...(energy.get(family) ?? []), audio.energy!])
    }
  }
  const mean = (family: string) =>
    energy.get(family)!.reduce((sum, value) => sum + value, 0) / energy.get(family)!.length
  assert.ok(mean('metal') > mean('folk') + 0.3)
})

test('friends are earlier listeners, mostly of the same community', () => {
  let alike = 0
  let links = 0
  for (let i = 0; i < world.listeners; i++) {
    for (const friend of world.friends(i)) {
      assert.ok(friend >= 0 && friend < i)
      links++
      if (world.listener(friend).communities[0]!.genre === world.listener(i).communities[0]!.genre) alike++
    }
  }
  assert.ok(links > 500)
  assert.ok(alike > 0.5 * links)
})

test('mixing spreads neighbouring numbers over all bits', () => {
  const ones = new Array<number>(32).fill(0)
  for (let i = 0; i < 4000; i++) {
    const hash = mixed(1, i)
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (hash >>> bit) & 1
  }
  for (const count of ones) assertShare(count, 4000, 0.5)
})

function artistsOf(from: World, i: number): Set<string> {
  return new Set(
    from
      .playlists(i)
      .flatMap((playlist) => playlist.tracks.flatMap(({ id }) => from.track(id)!.artists.map((artist) => artist.id))),
  )
}

/** Within five standard deviations of a share. */
function assertShare(count: number, of: number, share: number): void {
  const tolerance = 5 * Math.sqrt((share * (1 - share)) / of)
  assert.ok(Math.abs(count / of - share) < tolerance, `${count} of ${of} is not ${share}`)
}
