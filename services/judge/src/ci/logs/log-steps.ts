import { type LogLine, parseLog } from './clean-log.ts'

/** What one step of a job printed. */
export interface LogStep {
  /** `Run npm test`; null for what stands before the first step, or if the log has no steps. */
  readonly title: string | null
  readonly lines: readonly LogLine[]
}

/** More failing steps are no help: those in between are left out. */
const MAX_STEPS = 3

/**
 * The steps that failed, in order. The log does not say which one failed the job: steps may fail
 * and be ignored, and steps that always run may fail because an earlier one did. So all with an
 * error count; the whole log does if none has one.
 */
export function findFailedSteps(clean: string): readonly LogStep[] {
  const lines = parseLog(clean)
  const failed = splitSteps(lines).filter((step) => step.lines.some(({ kind }) => kind === 'error'))
  if (failed.length === 0) return [{ title: null, lines }]
  return failed.length <= MAX_STEPS
    ? failed
    : [...failed.slice(0, 1), ...failed.slice(1 - MAX_STEPS)]
}

function splitSteps(lines: readonly LogLine[]): readonly LogStep[] {
  const starts = lines.flatMap((line, index) => (startsStep(line) ? [index] : []))
  const steps = starts.map((start, index): LogStep => {
    const own = lines.slice(start, starts[index + 1])
    return { title: own[0]?.text ?? null, lines: own.slice(countHeaderLines(own)) }
  })
  return [{ title: null, lines: lines.slice(0, starts[0]) }, ...steps]
}

const startsStep = ({ kind, text }: LogLine): boolean =>
  (kind === 'group' && text.startsWith('Run ')) || /^Post job cleanup\.?$/.test(text)

/** The group that shows the command, its shell and its environment. */
function countHeaderLines([first, ...rest]: readonly LogLine[]): number {
  if (first?.kind !== 'group') return 1
  const end = rest.findIndex(({ kind }) => kind === 'end_group' || kind === 'group')
  return rest[end]?.kind === 'end_group' ? end + 2 : 1
}
