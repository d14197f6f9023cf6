/** Entries this close to the one before are shown by their distance. */
const CLOSE_MS = 1_000

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/**
 * The clock time (UTC) of each entry; with its day, if that is another one than before; or, within
 * a second of the one before, `+ 0.4 s`.
 */
export function toTimes(instants: readonly string[]): readonly string[] {
  return instants.map((instant, index) => {
    const at = Date.parse(instant)
    const before = Date.parse(instants[index - 1] ?? '')
    const distance = at - before
    if (distance >= 0 && distance < CLOSE_MS) return `+ ${(distance / 1_000).toFixed(1)} s`
    const time = new Date(at).toISOString().slice(11, 19)
    const isSameDay = index === 0 || day.format(at) === day.format(before)
    return isSameDay ? time : `${day.format(at)} ${time.slice(0, 5)}`
  })
}
