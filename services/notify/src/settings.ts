import { join, resolve } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/**
 * What the environment says (contract section 2c). Whatever is not right is left out and named in
 * `faults`: nothing here may stop a run.
 */
export interface Settings {
  /** Where to post; null where there is nowhere. */
  readonly url: string | null
  /** Tried in this order: during a rotation there are two. */
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
  /** How long everything after the run may take, in milliseconds. */
  readonly timeout: number
  /** Values that must not be seen in what is written or sent. */
  readonly secrets: readonly string[]
  readonly faults: readonly string[]
}

export function readSettings(env: Env, readFile: (path: string) => string): Settings {
  const faults: string[] = []
  const text = (name: string): string | null => env[name]?.trim() || null
  const judge = text('CODEX_JUDGE_URL')
  const url = judge === null ? null : notifyUrl(judge)
  if (judge !== null && url === null)
    faults.push('CODEX_JUDGE_URL is no http address; nothing is posted')
  const timeout = millisIn(text('CODEX_NOTIFY_TIMEOUT') ?? '10s')
  if (timeout === null) faults.push('CODEX_NOTIFY_TIMEOUT is no duration such as 10s; 10s is used')
  const tokens = tokensIn(env, readFile, faults)
  const stage = text('CODEX_STAGE') ?? 'implementation'
  const outputDir = resolve(text('CODEX_OUTPUT_DIR') ?? '.')
  return {
    url,
    tokens,
    repository: text('CODEX_REPOSITORY'),
    issueNumber: text('CODEX_ISSUE_NUMBER'),
    head: text('CODEX_HEAD'),
    base: text('CODEX_BASE'),
    stage,
    workflowName: text('WORKFLOW_NAME'),
    workflowNamespace: text('WORKFLOW_NAMESPACE'),
    outputDir,
    notifyFile: join(outputDir, `${filePrefix(stage)}-notify.json`),
    timeout: timeout ?? 10_000,
    // A short one would be masked in words, too; no real one is.
    secrets: [...tokens.filter(({ length }) => length >= 8), ...secretsIn(env)],
    faults,
  }
}

/** What the files of a stage begin with; a stage cannot lead out of the folder. */
export const filePrefix = (stage: string): string =>
  `.codex-${stage.replace(/[^A-Za-z0-9_-]/g, '-')}`

function notifyUrl(base: string): string | null {
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) return null
  return `${base.replace(/\/+$/, '')}/api/codex/notify`
}

function tokensIn(
  env: Env,
  readFile: (path: string) => string,
  faults: string[],
): readonly string[] {
  const path = env.INGEST_TOKEN_FILE?.trim()
  let held = env.INGEST_TOKEN?.trim() ?? ''
  if (held === '' && path) {
    try {
      held = readFile(path).trim()
    } catch {
      faults.push(`INGEST_TOKEN_FILE: ${path} cannot be read`)
    }
  }
  const tokens = held.split(',').map((token) => token.trim())
  return tokens.filter((token) => /^[\x21-\x7e]+$/.test(token))
}

/** Milliseconds of `250ms`, `10s` or `1m`; a bare number is seconds. At most an hour. */
export function millisIn(text: string): number | null {
  const [, digits, unit = 's'] = /^(\d{1,7})(ms|s|m)?$/.exec(text.trim()) ?? []
  if (digits === undefined) return null
  const millis = Number(digits) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000)
  return millis > 0 && millis <= 3_600_000 ? millis : null
}

/**
 * Values of variables whose names say that they are secrets. Codex hands its whole environment to
 * every command, so any of them can turn up in a log. Short ones are words as often as secrets, and
 * masking those would spoil the text.
 */
const secretsIn = (env: Env): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value !== undefined &&
    value.length >= 12 &&
    /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|_KEY|CREDENTIALS?)$/i.test(name)
      ? [value]
      : [],
  )
