import { useNow } from './clock.ts'
import { formatDuration, formatExactly, formatRelative, formatUtc } from './format.ts'

/** How long ago, or in how long; the exact moment is in its title. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow()
  const moment = new Date(at)
  return (
    <time dateTime={at} title={formatExactly(moment)}>
      {formatRelative(moment, now)}
    </time>
  )
}

/** A moment in UTC, as logs have it. */
export function Moment({ at }: { readonly at: string }) {
  const moment = new Date(at)
  return (
    <time dateTime={at} title={formatExactly(moment)}>
      {formatUtc(moment)}
    </time>
  )
}

/**
 * How long something lasted: `seconds`, or from `since` to `until`; without an end it counts on,
 * by the service's clock.
 */
export function Lasting(props: {
  readonly since?: string | null
  readonly until?: string | null
  readonly seconds?: number | null
}) {
  const { since = null, until = null, seconds = null } = props
  if (since !== null && seconds === null && until === null) return <Running since={since} />
  const lasted =
    seconds ??
    (since === null || until === null ? null : (Date.parse(until) - Date.parse(since)) / 1_000)
  return lasted === null ? null : <>{formatDuration(lasted)}</>
}

function Running({ since }: { readonly since: string }) {
  const now = useNow()
  return (
    <time dateTime={since} title={`since ${formatExactly(new Date(since))}`}>
      {formatDuration((now - Date.parse(since)) / 1_000)}
    </time>
  )
}
