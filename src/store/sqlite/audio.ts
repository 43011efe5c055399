import { type AudioFeatures, audioFeatureNames } from '../../taste/audio-features.ts'

/** Audio features as bytes: a 16-bit mask of those that are there, then each as a float64, all little-endian. */
export function packAudio(audio: AudioFeatures): Uint8Array {
  const present = audioFeatureNames.filter((name) => Number.isFinite(audio[name]))
  const bytes = new Uint8Array(2 + 8 * present.length)
  const view = new DataView(bytes.buffer)
  let mask = 0
  present.forEach((name, i) => {
    mask |= 1 << audioFeatureNames.indexOf(name)
    view.setFloat64(2 + 8 * i, audio[name] as number, true)
  })
  view.setUint16(0, mask, true)
  return bytes
}

export function unpackAudio(bytes: Uint8Array): AudioFeatures {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const mask = view.getUint16(0, true)
  let at = 2
  const audio: { -readonly [name in keyof AudioFeatures]: AudioFeatures[name] } = {}
  audioFeatureNames.forEach((name, bit) => {
    if (!(mask & (1 << bit))) return
    audio[name] = view.getFloat64(at, true)
    at += 8
  })
  return audio
}
