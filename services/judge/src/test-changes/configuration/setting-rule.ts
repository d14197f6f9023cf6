import type { LossSeverity, TestChangeKind } from '../finding.ts'
import type { Area } from './file-format.ts'

/** What a higher, present or longer value of a setting does. */
export type SettingMeaning =
  /** A number that must be reached: lower is looser, and so is none. */
  | 'floor'
  /** A number by which a result may be off, or repeated: higher is looser, none is strict. */
  | 'allowance'
  /** A number that must not be passed: higher is looser, and so is none. */
  | 'limit'
  /** True demands more. */
  | 'strict'
  /** True demands less. */
  | 'loose'
  /** A list of what is left out. */
  | 'excludes'
  /** A list of what is covered. */
  | 'includes'
  /** A level of a rule, from off to error. */
  | 'level'

/** A setting by its name, and what it means for the checks. */
export interface SettingRule {
  /** Matches the keys from the outermost visible one, joined by dots. */
  readonly name: RegExp
  readonly meaning: SettingMeaning
  readonly kind: TestChangeKind
  readonly severity: LossSeverity
  /** Where it applies: the areas and the path of the file, and the value. */
  readonly areas?: readonly Area[]
  readonly path?: RegExp
  readonly value?: RegExp
}

/** Matches a last key. Each argument is the source of a pattern. */
export const key = (...names: readonly string[]): RegExp =>
  new RegExp(`(?:^|\\.)(?:${names.join('|')})$`)

/** Matches a last key in any case, or the end of a longer name with `_` or `-`. */
export const suffix = (...names: readonly string[]): RegExp =>
  new RegExp(`(?:^|[._-])(?:${names.join('|')})$`, 'i')
