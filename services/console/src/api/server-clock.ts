let offsetMs = 0

/** Learns the service's time from the `Date` header of an answer that arrived just now. */
export function noteServerTime(header: string | null): void {
  const at = header === null ? Number.NaN : Date.parse(header)
  // The header has whole seconds; half a second is the mean of what it leaves out.
  if (Number.isFinite(at)) offsetMs = at + 500 - Date.now()
}

/** The service's time in milliseconds, to within a second: what durations are counted from. */
export const serverNow = (): number => Date.now() + (Math.abs(offsetMs) < 1_000 ? 0 : offsetMs)
