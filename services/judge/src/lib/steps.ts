import { setImmediate } from 'node:timers/promises'

/** A computation in steps, between which its caller may pause. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Runs all steps without a pause. */
export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Runs all steps, and lets the process do everything else that waits after each of them. */
export async function runWithPauses<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await setImmediate()
  }
}
