/** Which elements a dropout keeps: a hash of each element's place, so the same for any thread. Twin of engine/random.ts. */
import { read, write } from './lanes'

/** The multipliers of `mix`, in memory for the same reason as in exp.ts. */
const MULTIPLIERS = memory.data<u32>([0x7feb352d, 0x846ca68b])

/**
 * out[c] = x[c] · keep, keep = `scale` where hash(place + c) >= threshold, else 0, over n floats; in place or not. The hash is two
 * rounds of a bijective mixer of 32 bits (lowbias32, Wellons 2018), each with its own key.
 */
export function dropRow(
  x: usize, out: usize, n: i32, place: u32, key0: u32, key1: u32, threshold: u32, scale: f32,
): void {
  const a = v128.load_splat<u32>(MULTIPLIERS), b = v128.load_splat<u32>(MULTIPLIERS, 4)
  const first = i32x4.splat(key0), second = i32x4.splat(key1)
  const least = i32x4.splat(threshold), kept = f32x4.splat(scale)
  let places = i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3))
  for (let left = n; left > 0; left -= 4) {
    const random = mix(i32x4.add(mix(v128.xor(places, first), a, b), second), a, b)
    write(out, f32x4.mul(read(x, left), v128.and(i32x4.ge_u(random, least), kept)), left)
    places = i32x4.add(places, i32x4.splat(4))
    x += 16
    out += 16
  }
}

// @ts-ignore: decorator
@inline
function mix(x: v128, a: v128, b: v128): v128 {
  let h = v128.xor(x, i32x4.shr_u(x, 16))
  h = i32x4.mul(h, a)
  h = v128.xor(h, i32x4.shr_u(h, 15))
  h = i32x4.mul(h, b)
  return v128.xor(h, i32x4.shr_u(h, 16))
}
