/** Which elements a dropout keeps: a hash of each element's place, so the same for any thread. Twin of engine/random.ts. */

/** keep / (1 - rate) of places p to p + 3: `scale` where hash(p) >= threshold, else 0. A threshold of 0 keeps all. */
// @ts-ignore: decorator
@inline
export function keep(place: u32, key0: u32, key1: u32, threshold: u32, scale: f32): v128 {
  const places = i32x4.add(i32x4.splat(place), i32x4(0, 1, 2, 3))
  const first = mix(v128.xor(places, i32x4.splat(key0)))
  const random = mix(i32x4.add(first, i32x4.splat(key1)))
  return v128.and(i32x4.ge_u(random, i32x4.splat(threshold)), f32x4.splat(scale))
}

/** A bijective mixer of 32 bits (lowbias32, Wellons 2018). */
// @ts-ignore: decorator
@inline
function mix(x: v128): v128 {
  let h = v128.xor(x, i32x4.shr_u(x, 16))
  h = i32x4.mul(h, i32x4.splat(0x7feb352d))
  h = v128.xor(h, i32x4.shr_u(h, 15))
  h = i32x4.mul(h, i32x4.splat(0x846ca68b))
  return v128.xor(h, i32x4.shr_u(h, 16))
}
