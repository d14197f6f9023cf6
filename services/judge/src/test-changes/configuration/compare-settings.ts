import type { TestChange } from '../finding.ts'
import type { Setting } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** The settings of one file on both sides. */
export interface FileSettings {
  readonly path: string
  readonly oldPath: string
  readonly before: readonly Setting[]
  readonly after: readonly Setting[]
}

/** A number that is demanded somewhere after the change, and was not before. */
export function listAddedFloors(files: readonly FileSettings[]): readonly number[] {
  return files.flatMap(({ after }) =>
    after.flatMap(({ meaning, value, entry }) =>
      meaning === 'floor' && entry.changed ? (toNumber(value) ?? []) : [],
    ),
  )
}

/** Compares the settings of a file that exists on both sides. */
export function compareSettings(
  file: FileSettings,
  surroundings: Surroundings,
): readonly TestChange[] {
  const identify = ({ name, value }: Setting) => JSON.stringify([name, value])
  const before = new Set(file.before.map(identify))
  const after = new Set(file.after.map(identify))
  const gone = file.before.filter(
    (setting) => setting.entry.changed && !after.has(identify(setting)),
  )
  const come = file.after.filter(
    (setting) => setting.entry.changed && !before.has(identify(setting)),
  )
  // The same entry under another section only moves, as after an update of the tool.
  const shorten = ({ name, value }: Setting) => JSON.stringify([takeLastKey(name), value])
  const left = new Set(gone.map(shorten))
  const losses = [
    ...come
      .filter((setting) => !left.has(shorten(setting)))
      .map((setting) => judgeAdded(setting, findPartner(setting, gone), surroundings)),
    ...gone
      .filter((setting) => isList(setting) || findPartner(setting, come) === null)
      .map((setting) => judgeRemoved(setting, come, surroundings)),
  ].filter((loss) => loss !== null)
  return losses.map(({ setting, side, before, because, answer }): TestChange => {
    const { kind, severity, entry } = setting
    const path = side === 'old' ? file.oldPath : file.path
    return { answer, kind, severity, path, side, line: entry.line, test: null, before, because }
  })
}

const takeLastKey = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

interface SettingLoss {
  readonly setting: Setting
  readonly side: 'old' | 'new'
  readonly before: string
  readonly because: string
  readonly answer: TestChange['answer']
}

const isList = ({ meaning }: Setting): boolean => meaning === 'excludes' || meaning === 'includes'

/** The setting of the same name on the other side, or of the same last key and meaning. */
function findPartner(setting: Setting, others: readonly Setting[]): Setting | null {
  const exact = others.find(
    ({ name, meaning }) => name === setting.name && meaning === setting.meaning,
  )
  const similar = others.find(
    ({ name, meaning }) =>
      takeLastKey(name) === takeLastKey(setting.name) && meaning === setting.meaning,
  )
  return exact ?? similar ?? null
}

const show = ({ name, value }: Setting): string => `\`${name}: ${value}\``

function judgeAdded(
  setting: Setting,
  partner: Setting | null,
  surroundings: Surroundings,
): SettingLoss | null {
  const before = partner === null ? '' : show(partner)
  const lose = (because: string, answer: TestChange['answer'] = 'weakened'): SettingLoss => ({
    setting,
    side: 'new',
    before: before === '' ? `${setting.name} was not set` : before,
    because,
    answer,
  })
  const now = toNumber(setting.value)
  const was = partner === null ? null : toNumber(partner.value)
  switch (setting.meaning) {
    case 'floor':
      if (now === null || was === null || now >= was) return null
      return lose(`${show(setting)} demands less than ${before}.`)
    case 'allowance':
      if (now === null || now <= (was ?? 0)) return null
      return lose(`${show(setting)} lets more pass than before.`)
    case 'limit':
      if (now === null || was === null || now <= was) return null
      return lose(`${show(setting)} allows more than ${before}.`)
    case 'strict':
      if (isTrue(setting.value) || (partner !== null && !isTrue(partner.value))) return null
      return lose(`${show(setting)} switches a check off.`)
    case 'loose':
      if (!isTrue(setting.value) || (partner !== null && isTrue(partner.value))) return null
      return lose(`${show(setting)} lets pass what failed before.`)
    case 'level': {
      const level = rankLevel(setting.value)
      if (partner !== null && level >= rankLevel(partner.value)) return null
      if (partner === null && level > 0) return null
      return lose(`${show(setting)} switches a rule off, or makes it a warning.`)
    }
    case 'excludes':
      return judgeExclusion(setting, partner, surroundings, lose)
    case 'includes':
      if (!setting.value.startsWith('!')) return judgeNarrowed(setting, partner, lose)
      return surroundings.isNew(setting.value.slice(1))
        ? null
        : lose(`${show(setting)} leaves out what was covered.`)
    default:
      return setting.meaning satisfies never
  }
}

/** Folders of a kind that are never checked: what others wrote, and what tools generate. */
const unchecked =
  /(?:^|[/*\\"'(^|])\.?(?:node_modules|dist|build|out|target|vendor|third_party|\.?venv|env|site-packages|coverage|generated|gen|__generated__|\.git|\.next|\.nuxt|\.cache|\.tox|__pycache__|\w*\.min\.js|\w+\.lock|tmp|temp|_pb2|\.pb\.go|\.worktrees?|\.claude|\.turbo|storybook-static|worktrees?)(?:$|[/*\\"')$|.])/i

function judgeExclusion(
  setting: Setting,
  partner: Setting | null,
  surroundings: Surroundings,
  lose: (because: string) => SettingLoss,
): SettingLoss | null {
  const { value } = setting
  if (unchecked.test(value) || surroundings.isNew(value) || surroundings.isGone(value)) return null
  if (/^(?:false|0|no|none|\[\]|null)$/i.test(value)) return null
  if (/per[-_]file/.test(setting.name) && testFolder.test(setting.name) && testCodes.test(value))
    return null
  // What a name in a program stands for is not known; another name may stand for the same.
  if (partner !== null && /^(?:\.{3})?[a-z]+(?:[A-Z]\w*)?$/.test(value)) return null
  // An entry that only follows a renamed folder leaves out what it left out before.
  if (partner !== null && surroundings.isRenamed(partner.value, value)) return null
  if (partner !== null && isShorter(partner.value, value)) return null
  return lose(`${show(setting)} leaves out what was covered.`)
}

/** Rules that tests break as a matter of course: asserts, magic numbers, missing docstrings. */
const testFolder = /test|spec|conftest|example|script|__init__/i
const testCodes = /^(?:S|D|ANN|ARG|PLR|SLF|INP|T|ERA|FBT|PT|N|E501|F401|F811|E402)\d*$/

/** Whether a list in one value only lost items. */
function isShorter(was: string, now: string): boolean {
  const split = (text: string) => text.split(/[\s,|]+/).filter((part) => part !== '')
  const old = split(was)
  const next = split(now)
  return next.length < old.length && next.every((part) => old.includes(part))
}

/** A pattern that replaces another one covers less if it only matches below it. */
function judgeNarrowed(
  setting: Setting,
  partner: Setting | null,
  lose: (because: string) => SettingLoss,
): SettingLoss | null {
  if (partner === null) return null
  const was = takePrefix(partner.value)
  const now = takePrefix(setting.value)
  if (was === now || !now.startsWith(was) || !/[/*]/.test(setting.value)) return null
  return lose(`${show(setting)} covers less than ${show(partner)}.`)
}

const takePrefix = (pattern: string): string =>
  pattern.replace(/^\.\//, '').replace(/(?:[*?[{(]|\.\.\.).*$/, '')

function judgeRemoved(
  setting: Setting,
  come: readonly Setting[],
  surroundings: Surroundings,
): SettingLoss | null {
  const lose = (because: string, answer: TestChange['answer'] = 'weakened'): SettingLoss => ({
    setting,
    side: 'old',
    before: show(setting),
    because,
    answer,
  })
  const { value, meaning } = setting
  switch (meaning) {
    case 'floor': {
      const floor = toNumber(value)
      if (floor === null) return null
      return surroundings.floors.some((other) => other >= floor)
        ? lose('The same floor is demanded elsewhere in the change.', 'justified')
        : lose(`${show(setting)} is gone, and no floor of this height takes its place.`)
    }
    case 'limit':
      return lose(`The limit ${show(setting)} is gone.`)
    case 'strict':
      return isTrue(value) && !surroundings.isStrictElsewhere(setting)
        ? lose(`${show(setting)} is gone.`)
        : null
    case 'level':
      return rankLevel(value) === 2 && !surroundings.isStrictElsewhere(setting)
        ? lose(`The rule ${show(setting)} is gone.`, 'question')
        : null
    case 'includes':
      return judgeUncovered(setting, come, surroundings, lose)
    case 'allowance':
    case 'loose':
    case 'excludes':
      return null
    default:
      return meaning satisfies never
  }
}

function judgeUncovered(
  setting: Setting,
  come: readonly Setting[],
  surroundings: Surroundings,
  lose: (because: string, answer?: TestChange['answer']) => SettingLoss,
): SettingLoss | null {
  const { value, name } = setting
  // A variable that is gone may be written out where it was used.
  if (value.startsWith('!') || /(?:^|\.)[A-Z_]+$/.test(name)) return null
  if (surroundings.isGone(value)) return null
  const siblings = come.filter((other) => other.name === name && !other.value.startsWith('!'))
  // Another entry of the list may take its place, such as a newer version or another pattern.
  if (siblings.length > 0) return null
  if (surroundings.isStrictElsewhere(setting)) return null
  if (surroundings.isTakenOver(value))
    return lose(`Another runner no longer leaves out \`${value}\`.`, 'justified')
  if (surroundings.dropsSupport && /\d/.test(value))
    return lose(`${show(setting)} goes with what the change stops supporting.`, 'justified')
  return lose(`${show(setting)} is no longer covered.`)
}

const isTrue = (value: string): boolean =>
  /^(?:(?:true|yes|on|1|enable|enabled|always)\b|!!|.*\bCI\b|is_?CI\b)/i.test(value)

function rankLevel(value: string): number {
  if (/^(?:error|deny|forbid|strict|true|on|enabled|enable|normal|2)$/i.test(value)) return 2
  if (
    /^(?:warn|warning|info|information|hint|suggestion|standard|basic|silent|warnings|1)$/i.test(
      value,
    )
  )
    return 1
  return 0
}

/** The largest number of a value, such as 2 in `CI ? 2 : 0`; null if it has none. */
function toNumber(value: string): number | null {
  const numbers = (value.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number)
  return numbers.length === 0 ? null : Math.max(...numbers)
}
