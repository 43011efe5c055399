/** Times, weathers, places and materials, but no word that is also a given name. */
const first =
  `morning night tape velvet paper copper winter quiet static marble cobalt harbour lantern pebble drizzle attic
  thunder cotton amberlight cinder turmeric midnight twilight gravel walnut cedar syrup tundra granite meadow
  tidal lunar solar comet nebula orbit vinyl cassette analog reverb echo tremolo treble octave tempo chorus woofer
  turntable feedback needle spool dial antenna signal shortwave longwave neon chrome enamel porcelain linen flannel
  corduroy denim wool felt burlap canvas cardboard plywood rubber plastic pewter bronze iron zinc tin quartz basalt
  chalk charcoal seagrass kelp lagoon estuary delta fjord glacier prairie savanna canyon plateau valley orchard hedge
  thicket bramble clover bracken moss lichen acorn chestnut mango papaya apricot cherrystone peppermint nutmeg paprika
  cardamom vanilla cocoa toffee biscuit pretzel noodle dumpling pancake waffle cloud fog mist monsoon breeze gust
  hail rainbow puddle icicle sunset noon weekend holiday backyard rooftop cellar balcony corridor library museum
  laundry`.split(/\s+/)

/** Animals, objects and sounds. */
const second =
  `owl heron hiss kettle badger teapot otter lamp walrus ladder magpie bicycle puffin compass pelican umbrella beetle
  typewriter gecko telescope lobster suitcase hedgehog doorbell penguin hammock squirrel postbox tortoise windmill
  sparrow thimble cricket mailbox moth piano salamander trombone newt accordion koala bassoon lemur clarinet
  ocelot banjo panda ukulele tapir bugle wombat cymbal yak gong zebra drum alpaca flute bison harp buffalo kazoo
  camel lute cheetah organ chipmunk oboe cicada tuba cormorant viola coyote xylophone dolphin zither donkey whistle
  dragonfly rattle eel bell egret chime falcon hum ferret buzz firefly rustle flamingo crackle gazelle murmur gibbon
  ripple goose clatter grasshopper click hamster clunk hare thud hippo jingle hornet squeak hyena whirr ibex creak
  iguana splash jackal drip jellyfish gurgle kingfisher sizzle kiwi lapwing bucket lizard button llama candle lynx
  carpet mackerel cupboard marmot curtain meerkat drawer mole envelope mongoose fountain moose funnel narwhal gate
  octopus hinge orca kite ostrich marker oyster napkin parakeet notebook`.split(/\s+/)

/** Colours and moods, for worlds of more listeners than there are pairs. */
const middle =
  `blue green yellow orange purple crimson turquoise golden silver tiny giant sleepy merry curious gentle brave
  clumsy dizzy fuzzy hollow humming hungry idle jolly lazy lonely lucky nimble patient polite proud shy slow soft
  spare steady striped tall tangled wandering`.split(/\s+/)

const pairs = first.length * second.length

/** How many listeners can be named. */
export const nameCount = pairs * (1 + middle.length)

/**
 * Name of the listener with this number, such as `morning-owl`: different for every number, and nobody's.
 * The lists' lengths share no divisor, so walking both at once meets every pair once (Chinese remainder theorem).
 */
export function listenerName(listener: number): string {
  const one = first[listener % first.length]
  const two = second[listener % second.length]
  const round = Math.floor(listener / pairs)
  return round === 0 ? `${one}-${two}` : `${one}-${middle[round - 1]}-${two}`
}
