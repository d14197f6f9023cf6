import { isObject, type Json, type JsonObject } from '../lib/json.ts'
import { digestPart } from './canonical-json.ts'

export const RECEIPT_FORMAT = 'codex-judge-receipt/1'

/** One decision, and the digests of what it was made from. */
export type RecordedDecision = {
  readonly id: string
  /** ISO 8601. */
  readonly decidedAt: string
  readonly outcome: string
  readonly reason: string
  readonly because: string
  readonly by: string
  readonly commitSha: string | null
  readonly policyVersion: string
  /** The release that decided; null: one that kept nothing of what it decided from. */
  readonly release: string | null
  /** False if a person, a fault or an outside event decided, and no gate was evaluated. */
  readonly judged: boolean
  /** The digest of each part, by name. */
  readonly parts: Readonly<Record<string, string>>
}

/**
 * Everything that the decisions about one run were made from. Each part is named by its digest, each
 * decision has a digest over its fields, and `root` is one over all of it.
 */
export type Receipt = {
  readonly format: typeof RECEIPT_FORMAT
  readonly run: JsonObject
  readonly decisions: readonly (RecordedDecision & { readonly digest: string })[]
  /** By digest. Parts that retention has removed are missing. */
  readonly parts: Readonly<Record<string, Json>>
  readonly transitions: readonly JsonObject[]
  readonly root: string
}

/** A decision with its digest. */
export const sealDecision = (
  decision: RecordedDecision,
): RecordedDecision & { readonly digest: string } => ({
  ...decision,
  digest: digestDecision(decision),
})

/** A receipt with its root. */
export const sealReceipt = (rest: Omit<Receipt, 'root' | 'format'>): Receipt => {
  const receipt = { format: RECEIPT_FORMAT, ...rest } as const
  return { ...receipt, root: digestReceipt(receipt) }
}

/** The digest of a decision, over everything but itself. */
export const digestDecision = ({ digest: _, ...decision }: JsonObject): string =>
  digestPart(decision)

/** The digest of a receipt: over everything but itself and the `ok` of the response. */
export const digestReceipt = ({ root: _root, ok: _ok, ...rest }: JsonObject): string =>
  digestPart(rest)

/** A receipt, or what is wrong with the value. Digests are not checked here. */
export function readReceipt(
  value: Json,
): { readonly ok: JsonObject & Receipt } | { readonly because: string } {
  if (!isObject(value)) return { because: 'it is not a JSON object' }
  if (value.format !== RECEIPT_FORMAT)
    return {
      because: `its format is ${JSON.stringify(value.format ?? null)} and not "${RECEIPT_FORMAT}"`,
    }
  return isReceipt(value) ? { ok: value } : { because: 'a field of it is missing' }
}

const isReceipt = (value: JsonObject): value is JsonObject & Receipt =>
  isObject(value.run) &&
  typeof value.root === 'string' &&
  isObject(value.parts) &&
  isListOfObjects(value.transitions) &&
  isListOfObjects(value.decisions) &&
  value.decisions.every(
    ({ id, digest, outcome, reason, parts }) =>
      [id, digest, outcome, reason].every((field) => typeof field === 'string') && isObject(parts),
  )

const isListOfObjects = (value: Json | undefined): value is readonly JsonObject[] =>
  Array.isArray(value) && value.every((item) => isObject(item))
