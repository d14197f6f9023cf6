import { readStorage, writeStorage } from '../parts/preferences.ts'

/** What was chosen and written for a question, and not sent yet. */
export interface Draft {
  readonly option: string | null
  readonly note: string
}

const storageKey = (id: string): string => `codex-judge.draft.${id}`

/** The draft of a question, also of an earlier visit; null if there is none. */
export function readDraft(id: string): Draft | null {
  const kept = readStorage(storageKey(id))
  if (kept === null) return null
  try {
    const draft: unknown = JSON.parse(kept)
    if (typeof draft !== 'object' || draft === null) return null
    const { option = null, note = '' } = draft as Partial<Draft>
    return { option: typeof option === 'string' ? option : null, note: String(note) }
  } catch {
    return null
  }
}

/** Keeps a draft in this browser until it is sent; one without any words or choice is forgotten. */
export function keepDraft(id: string, draft: Draft | null): void {
  const isEmpty = draft === null || (draft.note === '' && draft.option === null)
  writeStorage(storageKey(id), isEmpty ? null : JSON.stringify(draft))
}
