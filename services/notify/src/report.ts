import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deliver } from './deliver.ts'
import { parseJson } from './event-stream.ts'
import { type Evidence, readEvidence, readText } from './evidence.ts'
import { buildPayload, mergePayloads, type Payload, type Turn } from './payload.ts'
import type { Settings } from './settings.ts'

export interface ReportOptions {
  readonly settings: Settings
  /** When the report ends at the latest, in milliseconds since the epoch. */
  readonly deadline: number
  readonly signal: AbortSignal
  /** Prints a warning. No warning contains a secret. */
  readonly warn: (text: string) => void
}

/**
 * Writes the notify file, then posts it. The file comes first because it is stored with the run's
 * artifacts, so a payload that cannot be posted is not lost. Never rejects; one part may fail
 * without the other.
 */
export async function report(
  turn: Turn,
  { settings, deadline, signal, warn }: ReportOptions,
): Promise<void> {
  const evidence = await readEvidence(settings.outputDir, settings.stage)
  const isOurs = isFromThisRun(turn, evidence)
  const events = turn.events ?? (isOurs ? evidence.events : null)
  const { events: _stale, ...otherLogs } = evidence.excerpts
  const payload = buildPayload(
    {
      ...turn,
      events,
      threadId: turn.threadId ?? events?.threadId ?? null,
      lastMessage: turn.lastMessage ?? events?.lastMessage ?? null,
    },
    {
      settings,
      evidence: { ...evidence, excerpts: isOurs ? evidence.excerpts : otherLogs },
      now: new Date(),
    },
  )
  const merged = mergePayloads(parseJson((await readText(settings.notifyFile)) ?? ''), payload)
  await replaceFile(settings.notifyFile, merged).catch((error: unknown) =>
    warn(`${settings.notifyFile} cannot be written (${getErrorCode(error)})`),
  )
  if (settings.url === null) return warn('CODEX_JUDGE_URL is not set; the judge is not notified')
  const body = JSON.stringify(merged)
  const result = await deliver(
    { url: settings.url, tokens: settings.tokens, body, deadline },
    signal,
  )
  if (result.kind === 'given up') warn(`the judge was not notified: ${result.because}`)
}

/** False for an events file that an earlier run left in the same folder. */
function isFromThisRun(
  { threadId, startedAt }: Turn,
  { events, eventsWrittenAt }: Evidence,
): boolean {
  if (events === null || eventsWrittenAt === null) return false
  if (threadId !== null) return events.threadId === threadId
  return startedAt === null || eventsWrittenAt >= startedAt - FILE_TIME_SLACK_MS
}

/** File systems keep times coarsely. */
const FILE_TIME_SLACK_MS = 2_000

/** Writes to a temporary file and renames it, which replaces a link instead of following it. */
async function replaceFile(path: string, payload: Payload): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.${process.pid}-${Date.now()}`
  try {
    await writeFile(partial, `${JSON.stringify(payload, null, 2)}\n`, { flag: 'wx' })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

const getErrorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
