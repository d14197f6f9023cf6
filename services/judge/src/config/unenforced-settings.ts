import type { Settings } from './settings.ts'
import type { Variable } from './settings-schema.ts'

/**
 * Variables that are read and validated, but that this release does not act on, with the setting
 * that each becomes. They are named at the start and by `codex-judge doctor` if they are set.
 */
export const unenforcedVariables: Readonly<Partial<Record<Variable, string>>> = {
  EMBEDDINGS_MODEL: 'embeddings.model',
  EMBEDDINGS_DIMENSION: 'embeddings.dimension',
}

/** The variables of the list that are set. */
export const listSetUnenforced = ({ set }: Pick<Settings, 'set'>): readonly string[] =>
  Object.keys(unenforcedVariables).filter((variable) => set.some((one) => one === variable))
