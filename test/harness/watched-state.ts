import { createSystems } from '../../services/judge/src/composition/systems.ts'
import type { CallWatch } from '../../services/judge/src/lib/call-watch.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { describeSystem, formatSystemReport } from '../../services/judge/src/lib/system-state.ts'

/** A watch for a client under test, and the state that the service would show of its system. */
export function createWatchedState(findHold: () => string | null = () => null): {
  readonly watch: CallWatch
  readonly state: () => string
} {
  const systems = createSystems({
    log: { info: () => {}, warn: () => {} },
    now: () => toInstant(Date.now()),
    mask: async (text) => text,
  })
  return {
    watch: systems.watch('tested'),
    state: () => {
      const held = findHold()
      return held === null
        ? formatSystemReport(describeSystem(systems.read('tested')))
        : `held: ${held}`
    },
  }
}
