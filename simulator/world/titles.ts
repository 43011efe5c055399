import { type Chance, mixed } from './chance.ts'

const qualities =
  'Paper Quiet Second Hollow Borrowed Amberlit Distant Folded Electric Winter Salted Tangled Weightless Crooked Painted Patient Sleepless Glass Copper Unfinished Inland Northbound Lukewarm Magnetic'.split(
    ' ',
  )
const things =
  'Harbour Engine Orchard Staircase Satellite Lantern Steamer Telegraph Window Garden Barometer Signal Avalanche Umbrella Platform Archive Kitchen Meridian Lighthouse Carousel Elevator Almanac Parachute Thermometer Tramline Glacier'.split(
    ' ',
  )
const settings =
  'at Half Tide|in the Next Room|before Breakfast|under the Viaduct|without Instructions|on Platform Nine|for Two Voices|after the Thaw|by Candle and Fax|in Three Languages|near the Equator|with the Lights On'.split(
    '|',
  )

export function trackTitle(seed: number, track: number): string {
  const quality = qualities[mixed(seed, 51, track) % qualities.length]!
  const thing = things[mixed(seed, 52, track) % things.length]!
  const setting = settings[mixed(seed, 53, track) % settings.length]!
  switch (mixed(seed, 54, track) % 4) {
    case 0:
      return `${quality} ${thing} ${setting}`
    case 1:
      return `The ${thing} ${setting}`
    case 2:
      return `${thing} and ${things[mixed(seed, 55, track) % things.length]} ${setting}`
    default:
      return `${quality} ${thing} No. ${1 + (mixed(seed, 56, track) % 99)}`
  }
}

/** Title of an artist's album number `album`. */
export function albumTitle(seed: number, artist: number, album: number): string {
  const quality = qualities[mixed(seed, 57, artist, album) % qualities.length]
  const thing = things[mixed(seed, 58, artist, album) % things.length]
  return `${quality} ${thing}s`
}

const moments =
  'mornings|late shift|for the night bus|rainy days|kitchen dancing|long drives|deep focus|sunday|summer 24|sleep|running|new finds|old favourites|on repeat|with friends|train window'.split(
    '|',
  )

/** A playlist's name: what is in it, when it is heard, or both. */
export function playlistTitle(chance: Chance, theme: string | undefined): string {
  const moment = chance.pick(moments)
  if (theme === undefined) return moment
  return chance.happens(600) ? `${theme} ${moment}` : theme
}
