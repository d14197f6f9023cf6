import { createMasker } from '../adapters/secrets/masker.ts'
import { type MaskNow, maskJsonNow } from '../lib/mask.ts'

/** Options for pino, by which every line of the log is masked as it is written. */
export interface LogMask {
  readonly hooks: { readonly streamWrite: (line: string) => string }
  /** From now on, lines are masked by this, which knows secrets that were rotated. */
  readonly follow: (newest: MaskNow) => void
}

/** Until `follow` is called, the secrets are those of the start. */
export function createLogMask(secrets: readonly string[]): LogMask {
  let { maskNow } = createMasker(secrets)
  return {
    hooks: { streamWrite: (line) => `${maskJsonNow(line.trimEnd(), maskNow)}\n` },
    follow: (newest) => {
      maskNow = newest
    },
  }
}
