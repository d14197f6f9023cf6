import { type ExaminationInput, examineGithub } from '../adapters/github/examine.ts'
import type { Configuration } from '../config/configure.ts'
import { Failure, getErrorMessage } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import type { Runtime } from './runtime.ts'

/** What to examine about GitHub; null without credentials. */
export function createExaminationInput({
  settings: { github },
  policy: { values },
}: Configuration): ExaminationInput | null {
  const { apiUrl, credentials, reviewRequestToken, repositories } = github
  return credentials === null
    ? null
    : {
        apiUrl,
        credentials,
        reviewRequestToken,
        repositories: repositories.slice(0, MAX_EXAMINED_REPOSITORIES),
        reruns: values.ci.rerun_failed_once,
        statuses: values.status.enabled,
        checkRuns: values.status.enabled && values.status.check_run,
      }
}

/** Each takes seven requests. */
const MAX_EXAMINED_REPOSITORIES = 20
const EXAMINE_TIMEOUT_MS: Millis = 20_000
/** How soon a permission is noticed that was missing at the start. */
const REPEAT_EVERY_MS: Millis = 15 * 60_000

/**
 * Examines the credentials of GitHub in the background when the service starts, and again from time
 * to time while something is missing. The result is logged when it changes, and shown by /readyz.
 * Never throws.
 */
export function startExamination(runtime: Runtime): void {
  if (createExaminationInput(runtime) === null) return
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const examine = async (): Promise<void> => {
    const settings = runtime.currentSettings.get()
    const input = createExaminationInput({ settings, policy: runtime.policy })
    const isComplete = input === null || (await examineOnce(runtime, input, stopping.signal))
    if (isComplete || stopping.signal.aborted) return
    timer = setTimeout(() => void examine(), REPEAT_EVERY_MS)
    timer.unref()
  }
  runtime.stopHooks.push(() => {
    stopping.abort()
    clearTimeout(timer)
  })
  void examine()
}

const examining = { operation: 'examine' } as const

/** Returns false if something is missing, or could not be examined. */
async function examineOnce(
  { systems, log }: Pick<Runtime, 'systems' | 'log'>,
  input: ExaminationInput,
  stopping: AbortSignal,
): Promise<boolean> {
  const watch = systems.watch('github')
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(EXAMINE_TIMEOUT_MS)])
  try {
    const findings = await examineGithub(input, signal)
    const refused = findings.filter(({ about }) => about === 'credentials')
    if (!refused.some(({ account }) => account === undefined)) watch.noteAnswer(examining)
    for (const { message, account } of refused)
      await watch.noteFailure(
        account === undefined ? examining : { ...examining, account },
        new Failure('forbidden', message, { refused: 'credentials' }),
      )
    const missing = findings
      .filter(({ about, state }) => about === 'permission' && state !== 'ok')
      .map(({ message }) => message)
    reportMissing({ systems, log }, missing)
    return missing.length === 0 && refused.length === 0
  } catch (error) {
    const text = getErrorMessage(error)
    log.debug({ event: 'github_not_examined', error: text }, 'GitHub could not be examined')
    return false
  }
}

function reportMissing(
  { systems, log }: Pick<Runtime, 'systems' | 'log'>,
  missing: readonly string[],
): void {
  const before = systems.listMissingPermissions('github')
  systems.setMissingPermissions('github', missing)
  if (missing.join() === before.join()) return
  if (missing.length === 0)
    log.info({ event: 'github_permissions' }, 'GitHub grants all permissions that are needed')
  else
    log.warn(
      { event: 'github_permissions', missing },
      `permissions are missing on GitHub: ${missing.join('; ')}`,
    )
}
