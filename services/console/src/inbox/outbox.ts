import { useSyncExternalStore } from 'react'
import { Fault } from '../api/fault.ts'
import { queryClient } from '../api/query-client.ts'
import { postJson } from '../api/request.ts'
import { keepDraft } from './drafts.ts'

/** An answer on its way. */
export interface SentAnswer {
  readonly id: string
  /** How the question is named in the list of results. */
  readonly name: string
  readonly option: string
  readonly optionText: string
  readonly note: string
  readonly key: string
  readonly state:
    | { readonly kind: 'waiting' }
    | { readonly kind: 'sending' }
    | { readonly kind: 'sent' }
    | { readonly kind: 'failed'; readonly because: string; readonly mayRetry: boolean }
}

/** Answers given together, which are taken back together. */
export interface Batch {
  readonly id: string
  readonly sendAt: number
  readonly answers: readonly SentAnswer[]
}

/** For so long an answer can be taken back. */
export const UNDO_MS = 5_000

let batches: readonly Batch[] = []
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const watchers = new Set<() => void>()

function change(next: readonly Batch[]): void {
  batches = next
  for (const watcher of watchers) watcher()
}

const setState = (batchId: string, answerId: string, state: SentAnswer['state']): void =>
  change(
    batches.map((batch) =>
      batch.id === batchId
        ? {
            ...batch,
            answers: batch.answers.map((answer) =>
              answer.id === answerId ? { ...answer, state } : answer,
            ),
          }
        : batch,
    ),
  )

/**
 * Sends answers after five seconds, each in a request of its own with its own key, so that a
 * repetition counts once. Until then `takeBack` withdraws them; leaving the page sends them at once.
 */
export function giveAnswers(
  answers: readonly Pick<SentAnswer, 'id' | 'name' | 'option' | 'optionText' | 'note'>[],
): void {
  const id = crypto.randomUUID()
  const given = answers.map(
    (answer): SentAnswer => ({
      ...answer,
      key: crypto.randomUUID(),
      state: { kind: 'waiting' },
    }),
  )
  change([...batches, { id, sendAt: Date.now() + UNDO_MS, answers: given }])
  timers.set(
    id,
    setTimeout(() => void send(id), UNDO_MS),
  )
}

/** Withdraws answers that were not sent yet; their drafts come back. */
export function takeBack(batchId: string): void {
  const batch = batches.find(({ id }) => id === batchId)
  if (batch === undefined || !timers.has(batchId)) return
  clearTimeout(timers.get(batchId))
  timers.delete(batchId)
  for (const { id, option, note } of batch.answers) keepDraft(id, { option, note })
  change(batches.filter(({ id }) => id !== batchId))
}

/** Takes back the newest answers that can be. */
export function takeBackLast(): void {
  const last = batches.findLast(({ id }) => timers.has(id))
  if (last !== undefined) takeBack(last.id)
}

/** Sends everything that still waits. */
export function sendNow(): void {
  for (const id of timers.keys()) void send(id)
}

/** Removes results that were read. */
export const dismiss = (batchId: string): void => change(batches.filter(({ id }) => id !== batchId))

async function send(batchId: string): Promise<void> {
  clearTimeout(timers.get(batchId))
  timers.delete(batchId)
  const batch = batches.find(({ id }) => id === batchId)
  if (batch === undefined) return
  await Promise.all(batch.answers.map((answer) => sendOne(batchId, answer)))
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['escalations'] }),
    queryClient.invalidateQueries({ queryKey: ['summary'] }),
  ])
}

/** Sends one answer again that failed without having been refused. */
export async function sendAgain(batchId: string, answer: SentAnswer): Promise<void> {
  await sendOne(batchId, answer)
  await queryClient.invalidateQueries({ queryKey: ['escalations'] })
}

async function sendOne(batchId: string, answer: SentAnswer): Promise<void> {
  const { id, option, note, key } = answer
  setState(batchId, id, { kind: 'sending' })
  try {
    const path = `/api/codex/escalations/${encodeURIComponent(id)}/answer`
    await postJson(path, note === '' ? { option } : { option, note }, key)
    keepDraft(id, null)
    setState(batchId, id, { kind: 'sent' })
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('broken', String(error))
    const mayRetry = ['unreachable', 'busy', 'broken', 'signed_out'].includes(fault.kind)
    // What was written is not lost.
    keepDraft(id, { option, note })
    setState(batchId, id, { kind: 'failed', because: fault.message, mayRetry })
  }
}

if (typeof window !== 'undefined') window.addEventListener('pagehide', sendNow)

export const useBatches = (): readonly Batch[] =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    () => batches,
  )
