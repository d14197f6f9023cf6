import type { LossSeverity, TestChangeKind } from '../finding.ts'
import { lintRules, protectionRules, typeRules, warningRules } from './code-settings.ts'
import { type Entry, listKeys } from './entry.ts'
import type { Area } from './file-format.ts'
import type { SettingMeaning, SettingRule } from './setting-rule.ts'
import { coverageRules, failureRules, selectionRules } from './test-settings.ts'

/** A setting that says how much is checked. */
export interface Setting {
  readonly meaning: SettingMeaning
  readonly kind: TestChangeKind
  readonly severity: LossSeverity
  /** The keys from the outermost visible one, joined by dots. */
  readonly name: string
  readonly value: string
  readonly entry: Entry
}

/** The first rule that matches counts. */
const rules: readonly SettingRule[] = [
  ...[...coverageRules, ...failureRules, ...warningRules, ...selectionRules],
  ...[...typeRules, ...lintRules, ...protectionRules],
]

/** Several items in one value, as in INI. */
const listPattern = /^[\w./*:!-]+(?:[\s,]+[\w./*:!-]+)+$/

/** Reads the settings of a file that say how much is checked. */
export function readSettings(
  path: string,
  area: Area,
  entries: readonly Entry[],
): readonly Setting[] {
  return entries.flatMap((entry) => {
    if (isDependency(path, area, entry)) return []
    const name = listKeys(entry).join('.')
    const { value } = entry
    const rule = rules.find((candidate) => applies(candidate, name, value, area, path))
    if (rule === undefined || value === '') return []
    const { meaning, kind, severity } = rule
    const isList = meaning === 'includes' || meaning === 'excludes'
    const values = isList && listPattern.test(value) ? value.split(/[\s,]+/) : [value]
    return values
      .filter((item) => item !== '')
      .map((item): Setting => ({ meaning, kind, severity, name, value: item, entry }))
  })
}

const toolSections =
  /^(?:jest|nyc|c8|vitest|mocha|ava|tap|eslintConfig|xo|stylelint|targets|coverage\w*|test\w*|collect\w*|per-?file\w*)$/

/** A package named like a setting, such as `retry`, is none. */
function isDependency(path: string, area: Area, entry: Entry): boolean {
  const keys = listKeys(entry)
  if (keys.some((part) => /dependenc|^extras|optional-dep|^resolutions$/i.test(part)))
    return !/depend(?:ency-check|abot)/.test(keys.join())
  if (area === 'package') return !keys.some((part) => toolSections.test(part))
  // What is left out of a build for publishing is checked all the same.
  return /tsconfig\.(?:build|prod\w*|release|dist|esm|cjs|lib|app|types)/.test(path)
    ? /(?:^|\.)(?:exclude|include|files)(?:\.|$)/.test(keys.join('.'))
    : false
}

const applies = (rule: SettingRule, name: string, value: string, area: Area, path: string) =>
  rule.name.test(name) &&
  (rule.areas === undefined || rule.areas.includes(area)) &&
  (rule.path === undefined || rule.path.test(path)) &&
  (rule.value === undefined || rule.value.test(value))
