import type { TestChange } from './finding.ts'
import { quote } from './quote.ts'
import type { SideLine } from './side-text.ts'
import type { TestFile } from './test-file.ts'

/** A setting by whose name one expects that it makes a check stricter. */
const strictPattern =
  /\b(\w*(?:expect|assert|check|verif|strict|validat|exact|enforce)\w*)['"]?\s*[:=]\s*(.+?)[,;]?\s*(?:\/\/.*|#.*)?$/i
const offPattern = /^(?:false|False|0|null|None|nil|undefined|'(?:off|warn)'|"(?:off|warn)")$/

/** Settings of tests and their helpers that turn a check off that was on, or could be. */
export const findSwitches = (files: readonly TestFile[]): readonly TestChange[] =>
  files.flatMap((file) => {
    const before = readSettings(file.old.text.fragments)
    return [...readSettings(file.new.text.fragments)].flatMap(([key, { value, line }]) => {
      const old = before.get(key)
      if (old === undefined || !offPattern.test(value) || offPattern.test(old.value)) return []
      return [describeSwitch(file.new.text.path, key, old.line.text, line)]
    })
  })

interface Setting {
  readonly value: string
  readonly line: SideLine
}

function readSettings(fragments: readonly (readonly SideLine[])[]): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  fragments.forEach((lines, fragment) => {
    for (const line of lines) {
      if (!line.changed || /^\s*(?:\/\/|#|\*)/.test(line.text)) continue
      const [, key, value] = strictPattern.exec(line.text) ?? []
      if (key !== undefined && value !== undefined)
        settings.set(`${fragment}:${key}`, { value: value.trim(), line })
    }
  })
  return settings
}

const describeSwitch = (
  path: string,
  key: string,
  before: string,
  { number }: SideLine,
): TestChange => ({
  answer: 'weakened',
  kind: 'assertion_conditional',
  severity: 'medium',
  path,
  side: 'new',
  line: number,
  test: null,
  before: quote(before),
  because: `\`${key.replace(/^\d+:/, '')}\` is turned off, so what it demanded is not checked any more.`,
})
