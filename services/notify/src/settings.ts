import { join, resolve } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/**
 * The settings (docs/contract.md, "Environment"). An invalid value is left out and reported in
 * `faults`: a wrong setting must not stop a run.
 */
export interface Settings {
  /** Where to post; null if there is no judge. */
  readonly url: string | null
  /** Of the notify token, else the ingest token. Tried in this order; two during a rotation. */
  readonly tokens: readonly string[]
  readonly repository: string | null
  readonly issueNumber: string | null
  readonly head: string | null
  readonly base: string | null
  readonly stage: string
  readonly workflowName: string | null
  readonly workflowNamespace: string | null
  /** Absolute. */
  readonly outputDir: string
  readonly notifyFile: string
  /** How long everything after the run may take. */
  readonly timeoutMs: number
  /** Values that must not appear in the notify file or the payload. */
  readonly secrets: readonly string[]
  readonly faults: readonly string[]
}

const DEFAULT_TIMEOUT_MS = 10_000

export function readSettings(env: Env, readFile: (path: string) => string): Settings {
  const faults: string[] = []
  const readText = (name: string): string | null => env[name]?.trim() || null
  const judge = readText('CODEX_JUDGE_URL')
  const url = judge === null ? null : buildNotifyUrl(judge)
  if (judge !== null && url === null)
    faults.push('CODEX_JUDGE_URL is not an HTTP address; nothing is posted')
  const timeoutMs = parseDurationMs(readText('CODEX_NOTIFY_TIMEOUT') ?? '10s')
  if (timeoutMs === null)
    faults.push('CODEX_NOTIFY_TIMEOUT is not a duration such as 10s; using 10s')
  const tokens = readTokens(env, readFile, faults)
  const stage = readText('CODEX_STAGE') ?? 'implementation'
  const outputDir = resolve(readText('CODEX_OUTPUT_DIR') ?? '.')
  return {
    url,
    tokens,
    repository: readText('CODEX_REPOSITORY'),
    issueNumber: readText('CODEX_ISSUE_NUMBER'),
    head: readText('CODEX_HEAD'),
    base: readText('CODEX_BASE'),
    stage,
    workflowName: readText('WORKFLOW_NAME'),
    workflowNamespace: readText('WORKFLOW_NAMESPACE'),
    outputDir,
    notifyFile: join(outputDir, `${buildFilePrefix(stage)}-notify.json`),
    timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    // A short token would also be masked inside of words; real tokens are long.
    secrets: [...new Set([...tokens.filter(isMaskable), ...collectSecrets(env)])],
    faults,
  }
}

const isMaskable = (token: string): boolean => token.length >= 8

/** The prefix of a stage's files. A stage cannot lead out of the folder. */
export const buildFilePrefix = (stage: string): string =>
  `.codex-${stage.replace(/[^A-Za-z0-9_-]/g, '-')}`

function buildNotifyUrl(base: string): string | null {
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) return null
  return `${base.replace(/\/+$/, '')}/api/codex/notify`
}

function readTokens(
  env: Env,
  readFile: (path: string) => string,
  faults: string[],
): readonly string[] {
  for (const name of ['NOTIFY_TOKEN', 'INGEST_TOKEN']) {
    const path = env[`${name}_FILE`]?.trim()
    let content = env[name]?.trim() ?? ''
    if (content === '' && path) {
      try {
        content = readFile(path).trim()
      } catch {
        faults.push(`${name}_FILE: ${path} cannot be read`)
      }
    }
    const tokens = content.split(',').map((token) => token.trim())
    const usable = tokens.filter((token) => /^[\x21-\x7e]+$/.test(token))
    if (usable.length > 0) return usable
  }
  return []
}

/** Credentials of the judge and its dispatcher. What belongs to the agent itself is not among them. */
const ownCredential =
  /^(?:(?:NOTIFY|INGEST|OPERATOR|READ|DISPATCHER)_TOKEN|CODEX_JUDGE_\w*(?:TOKEN|SECRET|KEY))(?:_FILE)?$/i

/**
 * The names of the variables that no process started by the wrapper may inherit: the agent runs
 * commands that a model wrote, and none of them has to speak with the judge.
 */
export const listOwnCredentials = (env: Env): readonly string[] =>
  Object.keys(env).filter((name) => ownCredential.test(name))

/** Milliseconds of `250ms`, `10s` or `1m`; a bare number is seconds. At most an hour. */
export function parseDurationMs(text: string): number | null {
  const [, digits, unit = 's'] = /^(\d{1,7})(ms|s|m)?$/.exec(text.trim()) ?? []
  if (digits === undefined) return null
  const millis = Number(digits) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000)
  return millis > 0 && millis <= 3_600_000 ? millis : null
}

/**
 * The values of variables that are named like secrets. Codex passes its whole environment to every
 * command, so any of them can appear in a log. Short values are often ordinary words and are not
 * masked.
 */
const collectSecrets = (env: Env): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value !== undefined &&
    value.length >= 12 &&
    /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|_KEY|CREDENTIALS?)$/i.test(name)
      ? [value]
      : [],
  )
