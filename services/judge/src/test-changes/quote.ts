import { clip, collapseSpace } from '../lib/text.ts'

/** A code as a finding quotes it: on one line, and not too long. */
export const quote = (code: string): string => clip(collapseSpace(code), 300)
