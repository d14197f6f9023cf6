import { argoWorkflows } from '../adapters/argo/workflows.ts'
import { discordMessenger } from '../adapters/discord/discord-messenger.ts'
import { examineGithub } from '../adapters/github/examine.ts'
import { missingMigrations } from '../adapters/postgres/migrate.ts'
import type { Configuration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import { messageOf } from '../lib/failure.ts'
import type { Finding } from '../lib/finding.ts'
import { instant } from '../lib/instant.ts'
import { argoOf, storeOf } from './clients.ts'

/** One line of `codex-judge doctor`. */
export interface Line extends Finding {
  readonly system: string
}

const PATIENCE = 10_000

/**
 * Looks at everything the service stands on, by reads that change nothing, one system after the
 * other. Settings and policy were right before it is called. Never throws: what goes wrong is a
 * line that says what to do.
 */
export async function* examine(
  { settings, policy }: Configuration,
  stopping: AbortSignal,
): AsyncGenerator<Line> {
  yield {
    system: 'configuration',
    state: 'ok',
    said: `settings and ${settings.policyFile} are right`,
  }
  const looks: readonly (readonly [
    string,
    (signal: AbortSignal) => Promise<readonly Finding[]>,
  ])[] = [
    ['postgres', () => postgres(settings)],
    ['github', (signal) => github({ settings, policy }, signal)],
    ['artifacts', (signal) => artifacts(settings, signal)],
    ['discord', (signal) => discord(settings, signal)],
    ['dispatcher', (signal) => dispatcher(settings, signal)],
    ['argo', (signal) => argo(settings, signal)],
  ]
  for (const [system, look] of looks) {
    if (stopping.aborted) return
    const off = settings.off[system]
    if (off !== undefined) {
      yield { system, state: 'off', said: off.replace(/^off: /, '') }
      continue
    }
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(PATIENCE)])
    const findings = await look(signal).catch((error: unknown): readonly Finding[] => [
      { state: 'failed', said: messageOf(error) },
    ])
    for (const finding of findings) yield { system, ...finding }
  }
}

async function postgres({ databaseUrl, dataDir }: Settings): Promise<readonly Finding[]> {
  if (databaseUrl === null)
    return [
      {
        state: 'ok',
        said: `embedded under ${dataDir}; the service starts and migrates it. Set DATABASE_URL for more than one machine`,
      },
    ]
  const missing = await missingMigrations(databaseUrl).catch((error: unknown) => {
    throw new Error(
      `DATABASE_URL cannot be used (${messageOf(error)}): is the server up, and are name and password right?`,
    )
  })
  return missing.length === 0
    ? [{ state: 'ok', said: 'reachable and migrated' }]
    : [
        {
          state: 'failed',
          said: `not migrated (${missing.join(', ')}): run codex-judge migrate, or start the service`,
        },
      ]
}

async function github(
  { settings, policy }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { apiUrl, credentials, repositories } = settings.github
  if (credentials === null) return [{ state: 'failed', said: 'no credentials: set GITHUB_TOKEN' }]
  return await examineGithub(
    {
      apiUrl,
      credentials,
      repositories,
      reruns: policy.values.ci.rerun_failed_once,
      statuses: policy.values.status.enabled,
    },
    signal,
  )
}

async function artifacts(settings: Settings, signal: AbortSignal): Promise<readonly Finding[]> {
  const store = storeOf(settings)
  const { bucket } = settings.artifacts
  await store.list(bucket, '', 1, signal).catch((error: unknown) => {
    throw new Error(
      `${messageOf(error)}: check MINIO_ENDPOINT, MINIO_ACCESS_KEY and MINIO_SECRET_KEY, and that the key may list ${bucket}`,
    )
  })
  return [{ state: 'ok', said: `${store.describe} lists ${bucket}` }]
}

async function discord(
  { discord: given }: Settings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (given === null) return []
  const messenger = discordMessenger({ token: given.token, url: given.apiUrl })
  const channels = [...new Set([given.successChannel, given.escalationChannel])].filter(
    (id) => id !== null,
  )
  return await Promise.all(
    channels.map(async (channelId): Promise<Finding> => {
      try {
        await messenger.find({ channelId, matches: () => false }, signal)
        return { state: 'ok', said: `channel ${channelId} can be read` }
      } catch (error) {
        return {
          state: 'failed',
          said: `channel ${channelId}: ${messageOf(error)}: check DISCORD_BOT_TOKEN, and give the bot View Channel, Read Message History and Send Messages there`,
        }
      }
    }),
  )
}

async function dispatcher(
  { dispatcher: given }: Settings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (given === null) return []
  const answer = await fetch(`${given.url}/livez`, { redirect: 'manual', signal }).catch(
    (error: unknown) => {
      throw new Error(
        `${given.url} is not reached (${messageOf(error)}): check DISPATCHER_URL, and that the dispatcher runs`,
      )
    },
  )
  await answer.body?.cancel()
  return answer.ok
    ? [{ state: 'ok', said: `${given.url} lives; its token shows with the first task only` }]
    : [
        {
          state: 'failed',
          said: `${given.url}/livez answered ${answer.status}: check DISPATCHER_URL`,
        },
      ]
}

async function argo(settings: Settings, signal: AbortSignal): Promise<readonly Finding[]> {
  const given = argoOf(settings)
  if (given === null) return []
  try {
    const pages = argoWorkflows(given).finished({ since: instant(Date.now()) }, signal)
    for await (const _ of pages) break
    return [{ state: 'ok', said: `${given.url} lists workflows` }]
  } catch (error) {
    return [
      {
        state: 'failed',
        said: `${messageOf(error)}: check ARGO_SERVER_URL, and that ARGO_TOKEN may list workflows`,
      },
    ]
  }
}
