import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Keeps V8 from enlarging the space for new objects, which takes 100 MB and makes streaming no faster. To be called
 * before the work begins.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Bytes of the space for new objects in which what is needed for one request comes and goes. */
const enough = 16 * 2 ** 20
/** Milliseconds from one look at it to the next. */
const often = 50

/**
 * Lets V8 enlarge the space for new objects so far that answers die in it, and no further: of the 128 MB that it takes
 * otherwise, most is garbage. A limit can be given only where a process starts, so its growth is stopped on the way. To
 * be called before the work begins.
 */
export function keepHeapModest(): void {
  const timer = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    if (space && space.space_size < enough) return
    keepHeapSmall()
    clearInterval(timer)
  }, often)
  timer.unref()
}
