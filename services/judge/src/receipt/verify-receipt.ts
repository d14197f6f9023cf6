import { getErrorMessage } from '../lib/failure.ts'
import type { JsonObject } from '../lib/json.ts'
import { formatList, pluralize } from '../lib/text.ts'
import { digestPart } from './canonical-json.ts'
import {
  compareDecision,
  differs,
  equal,
  type Parts,
  recorded,
  type VerifiedLine,
} from './compare-decision.ts'
import { readInput } from './read-record.ts'
import { digestDecision, digestReceipt, type Receipt, type RecordedDecision } from './receipt.ts'

/**
 * Checks every digest of a receipt, and derives again what its decisions follow from: the diff from
 * its text, CI and review from GitHub's answers, and from the facts every gate, the council, the
 * outcome and the texts of all effects. Needs nothing but the receipt. `release` is this release.
 */
export function verifyReceipt(
  receipt: JsonObject & Receipt,
  { release }: { readonly release: string },
): readonly VerifiedLine[] {
  return [
    ...checkDigests(receipt),
    ...receipt.decisions.flatMap((decision, index) => [
      recorded(`decision ${index + 1} of ${receipt.decisions.length}: ${describe(decision)}`),
      ...verifyDecision(receipt, decision, release),
    ]),
    recorded(`history: ${pluralize(receipt.transitions.length, 'transition')}`),
  ]
}

const describe = ({ outcome, reason, by, decidedAt }: RecordedDecision): string =>
  `${outcome} (${reason}) by ${by} at ${decidedAt}`

function checkDigests(receipt: JsonObject & Receipt): readonly VerifiedLine[] {
  const wrongOk = 'ok' in receipt && receipt.ok !== true ? ['ok: it is not true'] : []
  const wrongRoot =
    digestReceipt(receipt) === receipt.root ? [] : ['root: the receipt has another digest']
  const wrongDecisions = receipt.decisions
    .filter((decision) => digestDecision(decision) !== decision.digest)
    .map(({ id }) => `decision ${id}: it has another digest`)
  const wrongParts = Object.entries(receipt.parts)
    .filter(([digest, part]) => digestPart(part) !== digest)
    .map(([digest]) => `part ${digest}: it has another digest`)
  const wrong = [...wrongOk, ...wrongRoot, ...wrongDecisions, ...wrongParts]
  const count = pluralize(Object.keys(receipt.parts).length, 'part')
  return wrong.length === 0
    ? [equal(`digests: root ${receipt.root}, ${count}`)]
    : wrong.map(differs)
}

function verifyDecision(
  receipt: Receipt,
  decision: RecordedDecision,
  release: string,
): readonly VerifiedLine[] {
  if (decision.release === null)
    return [recorded('the decision: its release kept nothing of what it decided from')]
  const parts = collectParts(receipt, decision)
  const gone = Object.entries(decision.parts).filter(([, digest]) => !(digest in receipt.parts))
  if (gone.length > 0)
    return [
      recorded(`the decision: ${formatList(gone.map(([name]) => name))} are not kept any more`),
    ]
  const read = readInput(parts)
  if ('because' in read) return [differs(`the decision cannot be derived: ${read.because}`)]
  try {
    return compareDecision({ decision, parts, input: read.ok, release })
  } catch (error) {
    return [differs(`the decision cannot be derived: ${getErrorMessage(error)}`)]
  }
}

const collectParts = ({ parts }: Receipt, decision: RecordedDecision): Parts =>
  Object.fromEntries(
    Object.entries(decision.parts).flatMap(([name, digest]) =>
      digest in parts ? [[name, parts[digest]]] : [],
    ),
  )
