import { useLiveState } from '../api/live.ts'
import { useNow } from '../parts/clock.ts'
import { formatUtc } from '../parts/format.ts'
import styles from './shell.module.css'

/** After this long without a connection it is said since when. */
const LOST_AFTER_MS = 30_000

/** Whether what is shown changes by itself. */
export function LiveBadge() {
  const state = useLiveState()
  const now = useNow()
  const isLong = state.kind === 'lost' && now - state.since > LOST_AFTER_MS
  const text =
    state.kind === 'live'
      ? 'Live'
      : state.kind === 'connecting'
        ? 'Connecting…'
        : isLong
          ? `Not live since ${formatUtc(new Date(state.since)).slice(11)}`
          : 'Reconnecting…'
  return (
    <span className={styles.live} data-state={isLong ? 'away' : state.kind} role="status">
      {text}
    </span>
  )
}
