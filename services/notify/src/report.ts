import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deliver } from './deliver.ts'
import { parsed } from './event-stream.ts'
import { type Evidence, readEvidence, readText } from './evidence.ts'
import { merged, type Payload, payloadOf, type Turn } from './payload.ts'
import type { Settings } from './settings.ts'

export interface Reporting {
  readonly settings: Settings
  /** When all of it ends; milliseconds since the epoch. */
  readonly deadline: number
  readonly signal: AbortSignal
  /** Told what went wrong; nothing that is said holds a secret. */
  readonly complain: (what: string) => void
}

/**
 * Writes the notify file and then posts it. The file comes first: it is stored with the run's
 * artifacts, so that what could not be posted is not lost. Never rejects; each part may fail
 * without the other.
 */
export async function report(
  turn: Turn,
  { settings, deadline, signal, complain }: Reporting,
): Promise<void> {
  const evidence = await readEvidence(settings.outputDir, settings.stage)
  const ours = belongs(turn, evidence)
  const told = turn.told ?? (ours ? evidence.told : null)
  const { events: _stale, ...otherLogs } = evidence.excerpts
  const payload = payloadOf(
    {
      ...turn,
      told,
      threadId: turn.threadId ?? told?.threadId ?? null,
      lastMessage: turn.lastMessage ?? told?.lastMessage ?? null,
    },
    {
      settings,
      evidence: { ...evidence, excerpts: ours ? evidence.excerpts : otherLogs },
      now: new Date(),
    },
  )
  const whole = merged(parsed((await readText(settings.notifyFile)) ?? ''), payload)
  await write(settings.notifyFile, whole).catch((error: unknown) =>
    complain(`${settings.notifyFile} cannot be written (${codeOf(error)})`),
  )
  if (settings.url === null) return complain('CODEX_JUDGE_URL is not set; the judge is not told')
  const body = JSON.stringify(whole)
  const outcome = await deliver(
    { url: settings.url, tokens: settings.tokens, body, deadline },
    signal,
  )
  if (outcome.kind === 'given up') complain(`the judge was not told: ${outcome.because}`)
}

/**
 * Whether the events file is about this run, and was not left by an earlier one in the same folder.
 */
function belongs({ threadId, startedAt }: Turn, { told, eventsWrittenAt }: Evidence): boolean {
  if (told === null || eventsWrittenAt === null) return false
  if (threadId !== null) return told.threadId === threadId
  // File systems keep times coarsely.
  return startedAt === null || eventsWrittenAt >= startedAt - 2000
}

/** Under another name until it is whole, which also replaces a link instead of following it. */
async function write(path: string, payload: Payload): Promise<void> {
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

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
