/** Entries this close to the one before are shown by their distance. */
const CLOSE_MS = 1_000

/** The clock time (UTC) of each entry, or, within a second of the one before, `+ 0.4 s`. */
export function toTimes(instants: readonly string[]): readonly string[] {
  return instants.map((instant, index) => {
    const at = Date.parse(instant)
    const before = Date.parse(instants[index - 1] ?? '')
    const distance = at - before
    return distance >= 0 && distance < CLOSE_MS
      ? `+ ${(distance / 1_000).toFixed(1)} s`
      : new Date(at).toISOString().slice(11, 19)
  })
}
