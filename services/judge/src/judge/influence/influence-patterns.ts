import { addresses, imitates } from './address-patterns.ts'
import { disregards, disregardsElsewhere } from './disregard-patterns.ts'
import { dictates, waives } from './verdict-patterns.ts'

/** A kind of phrase by which texts try to steer a model. */
export interface InfluencePattern {
  /** What the passage does, after "text in … ". */
  readonly does: string
  readonly pattern: RegExp
}

const list = (does: string, patterns: readonly RegExp[]): readonly InfluencePattern[] =>
  patterns.map((pattern) => ({ does, pattern }))

/** Matched with folded words. */
export const wordPatterns: readonly InfluencePattern[] = [
  ...list('tells its reader to disregard instructions', [...disregards, ...disregardsElsewhere]),
  ...list('dictates the verdict', dictates),
  ...list('addresses the judge or another model', addresses),
  ...list('declares that something need not be judged', waives),
  ...list('imitates an answer or an instruction of this conversation', imitates),
]

/** Matched with the text as it is, line by line. */
export const markPatterns: readonly InfluencePattern[] = list(
  'imitates the marks of this conversation',
  [
    /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|begin_of_text|eot_id|start_header_id)\|>/i,
    /\[\/?INST\]|<<\/?SYS>>|^\W{0,4}<\/?(?:system|assistant)(?:[-_](?:prompt|message))?>/i,
    /\bdata-[0-9a-f]{16}\b/i,
    /^\W{0,6}(?:System|SYSTEM|Developer|DEVELOPER)(?: [A-Za-z]+)?\s*:\s*[A-Za-z]+,? \S+ \S+/,
  ],
)
