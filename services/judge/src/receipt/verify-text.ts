import { findDuplicateKey } from '../judge/find-duplicate-key.ts'
import { getErrorMessage } from '../lib/failure.ts'
import type { Json } from '../lib/json.ts'
import { pluralize } from '../lib/text.ts'
import { readReceipt } from './receipt.ts'
import { verifyReceipt } from './verify-receipt.ts'

export type Verification =
  /** `differences` counts the lines that say what differs. */
  | { readonly kind: 'verified'; readonly lines: readonly string[]; readonly differences: number }
  | { readonly kind: 'unreadable'; readonly because: string }

/** Verifies the text of a receipt; see `verifyReceipt`. */
export function verifyText(text: string, of: { readonly release: string }): Verification {
  const value = parse(text)
  if ('because' in value) return { kind: 'unreadable', because: value.because }
  const read = readReceipt(value.json)
  if ('because' in read) return { kind: 'unreadable', because: read.because }
  const lines = verifyReceipt(read.ok, of)
  const key = findDuplicateKey(text)
  const twice = key === null ? [] : [`differs   the key ${JSON.stringify(key)} is there twice`]
  const differences = lines.filter(({ state }) => state === 'differs').length + twice.length
  return {
    kind: 'verified',
    differences,
    lines: [
      ...twice,
      ...lines.map((line) => `${line.state.padEnd(8)}  ${line.text}`),
      differences === 0
        ? 'Everything that can be derived is as recorded.'
        : `${pluralize(differences, 'difference')}: do not rely on this receipt.`,
    ],
  }
}

function parse(text: string): { readonly json: Json } | { readonly because: string } {
  try {
    return { json: JSON.parse(text) }
  } catch (error) {
    return { because: `it is not JSON: ${getErrorMessage(error)}` }
  }
}
