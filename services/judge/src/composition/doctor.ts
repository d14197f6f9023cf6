import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createArgoWorkflows } from '../adapters/argo/workflows.ts'
import { createDiscordMessenger } from '../adapters/discord/discord-messenger.ts'
import { fetchBounded, JSON_BYTES } from '../adapters/fetch-bounded.ts'
import { examineGithub } from '../adapters/github/examine.ts'
import { examineKafka } from '../adapters/kafka/examine.ts'
import { examineModels } from '../adapters/models/examine.ts'
import { examineNats } from '../adapters/nats/examine.ts'
import { listMissingMigrations } from '../adapters/postgres/migrate.ts'
import { readFirstBytes } from '../adapters/read-first-bytes.ts'
import { examineBucket } from '../adapters/stores/minio.ts'
import type { Configuration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import { noCallWatch } from '../lib/call-watch.ts'
import { getErrorMessage } from '../lib/failure.ts'
import type { Finding } from '../lib/finding.ts'
import { toInstant } from '../lib/instant.ts'
import { clip, collapseSpace } from '../lib/text.ts'
import { createArgoSettings, createBareStore } from './clients.ts'
import { findUnenforced } from './find-unenforced.ts'
import { createExaminationInput } from './start-examination.ts'

/** One line of `codex-judge doctor`. */
export interface DoctorLine extends Finding {
  readonly system: string
}

const CHECK_TIMEOUT_MS = 10_000

/**
 * Checks every system the service depends on, one after the other, with reads that change nothing.
 * Expects a valid configuration. Never throws: a failed check is a line with what to do about it.
 */
export async function* diagnose(
  { settings, policy }: Configuration,
  stopping: AbortSignal,
): AsyncGenerator<DoctorLine> {
  yield {
    system: 'configuration',
    state: 'ok',
    message: `settings and ${settings.policyFile} are valid`,
  }
  const unenforced = findUnenforced({ settings, policy })
  yield {
    system: 'configuration',
    state: unenforced.changed.length > 0 ? 'warn' : 'ok',
    message: unenforced.text,
  }
  const checks: readonly (readonly [
    string,
    (signal: AbortSignal) => Promise<readonly Finding[]>,
  ])[] = [
    ['postgres', () => checkPostgres(settings)],
    ['github', (signal) => checkGithub({ settings, policy }, signal)],
    ['artifacts', (signal) => checkArtifacts(settings, signal)],
    ['discord', (signal) => checkDiscord(settings, signal)],
    ['dispatcher', (signal) => checkDispatcher(settings, signal)],
    ['argo', (signal) => checkArgo(settings, signal)],
    ['models', (signal) => checkModels({ settings, policy }, signal)],
    ['kafka', (signal) => checkKafka(settings, signal)],
    ['nats', () => checkNats(settings)],
  ]
  for (const [system, check] of checks) {
    if (stopping.aborted) return
    const off = settings.off[system]
    if (off !== undefined) {
      yield { system, state: 'off', message: off.replace(/^off: /, '') }
      continue
    }
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(CHECK_TIMEOUT_MS)])
    const findings = await check(signal).catch((error: unknown): readonly Finding[] => [
      { state: 'failed', message: getErrorMessage(error) },
    ])
    for (const finding of findings) yield { system, ...finding }
  }
}

async function checkPostgres({ databaseUrl, dataDir }: Settings): Promise<readonly Finding[]> {
  if (databaseUrl === null)
    return [
      {
        state: 'ok',
        message:
          `embedded under ${dataDir}; the service starts and migrates it. ` +
          'Set DATABASE_URL to run more than one replica',
      },
    ]
  const missing = await listMissingMigrations(databaseUrl).catch((error: unknown) => {
    throw new Error(
      `DATABASE_URL cannot be used (${getErrorMessage(error)}): ` +
        'check that the server is up, and that user and password are correct',
    )
  })
  return missing.length === 0
    ? [{ state: 'ok', message: 'reachable and migrated' }]
    : [
        {
          state: 'failed',
          message:
            `not migrated (${missing.join(', ')}): ` +
            'run codex-judge migrate, or start the service',
        },
      ]
}

async function checkGithub(
  { settings, policy }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const input = createExaminationInput({ settings, policy })
  return input === null
    ? [{ state: 'failed', message: 'no credentials: set GITHUB_TOKEN' }]
    : await examineGithub({ ...input, repositories: settings.github.repositories }, signal)
}

async function checkArtifacts(
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { bucket, store } = settings.artifacts
  const { describe } = createBareStore(settings.artifacts)
  if (store.kind === 'filesystem') {
    const path = join(store.dir, bucket)
    const fault = await access(path, constants.R_OK).then(() => null, getErrorMessage)
    return fault === null
      ? [{ state: 'ok', message: `${describe} has ${bucket}` }]
      : [{ state: 'warn', message: `${path} cannot be read (${fault}): set ARTIFACT_DIR` }]
  }
  const found = await examineBucket(store, bucket, signal).catch((error: unknown) => {
    throw new Error(
      `${getErrorMessage(error)}: check MINIO_ENDPOINT, MINIO_ACCESS_KEY and MINIO_SECRET_KEY, ` +
        `and that the key may list ${bucket}`,
    )
  })
  return found === 'listed'
    ? [{ state: 'ok', message: `${describe} lists ${bucket}` }]
    : [
        {
          state: 'failed',
          message: `${describe} has no bucket ${bucket}: create it, or set ARTIFACT_BUCKET`,
        },
      ]
}

const checkModels = (
  { settings: { models }, policy }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  examineModels({ ...models, models: policy.values.judge.models }, signal)

const checkKafka = async ({ kafka }: Settings, signal: AbortSignal): Promise<readonly Finding[]> =>
  kafka === null ? [] : await examineKafka(kafka, signal)

const checkNats = async ({ nats }: Settings): Promise<readonly Finding[]> =>
  nats === null ? [] : await examineNats(nats)

async function checkDiscord(
  { discord: given }: Settings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (given === null) return []
  const messenger = createDiscordMessenger({ token: given.token, url: given.apiUrl })
  const channels = [...new Set([given.successChannel, given.escalationChannel])].filter(
    (id) => id !== null,
  )
  return await Promise.all(
    channels.map(async (channelId): Promise<Finding> => {
      try {
        await messenger.find({ channelId, matches: () => false }, signal)
        return { state: 'ok', message: `channel ${channelId} is readable` }
      } catch (error) {
        return {
          state: 'failed',
          message:
            `channel ${channelId}: ${getErrorMessage(error)}: check DISCORD_BOT_TOKEN, and give ` +
            'the bot View Channel, Read Message History and Send Messages there',
        }
      }
    }),
  )
}

async function checkDispatcher(
  { dispatcher: given }: Settings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (given === null) return []
  const answer = await fetchBounded(
    `${given.url}/readyz`,
    { redirect: 'manual', signal },
    { maxBytes: JSON_BYTES },
  ).catch((error: unknown) => {
    throw new Error(
      `${given.url} cannot be reached (${getErrorMessage(error)}): ` +
        'check DISPATCHER_URL, and that the dispatcher is running',
    )
  })
  const said = clip(collapseSpace(await readFirstBytes(answer)), 200)
  if (answer.ok)
    return [
      {
        state: 'ok',
        message: `${given.url} is ready; its token is only checked by the first task`,
      },
    ]
  const remedy =
    answer.status === 503 ? 'check its ARGO_SERVER_URL and ARGO_TOKEN' : 'check DISPATCHER_URL'
  return [
    {
      state: 'failed',
      message: `${given.url}/readyz answered ${answer.status}: ${said === '' ? '' : `${said}: `}${remedy}`,
    },
  ]
}

async function checkArgo(settings: Settings, signal: AbortSignal): Promise<readonly Finding[]> {
  const given = createArgoSettings(settings, noCallWatch, () => settings)
  if (given === null) return []
  try {
    const pages = createArgoWorkflows(given).listFinished({ since: toInstant(Date.now()) }, signal)
    for await (const _ of pages) break
    return [{ state: 'ok', message: `${given.url} lists workflows` }]
  } catch (error) {
    return [
      {
        state: 'failed',
        message:
          `${getErrorMessage(error)}: ` +
          'check ARGO_SERVER_URL, and that ARGO_TOKEN may list workflows',
      },
    ]
  }
}
