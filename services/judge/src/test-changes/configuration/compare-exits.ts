import type { TestChange } from '../finding.ts'
import type { ConfigurationText, ScriptLine } from './entry.ts'
import { recognizeChecks } from './recognize-checks.ts'
import { splitCommands } from './split-commands.ts'

const failingPattern =
  /(?:^|[\s;&|{(])(?:exit (?:[1-9]|\$\w+|"\$\w+")|return [1-9]|sys\.exit\(1\)|process\.exit\(1\)|core\.setFailed|false$|throw\b|die\b|fatal\b|abort\b|fail\b|error_exit\b)/
const passingPattern =
  /^\s*(?:(?:exit 0|sys\.exit\(0\)|process\.exit\(0\)|return 0|true|:)\s*;?|trap\s+(['"])(?:[^'"]*;\s*)?exit 0;?\s*\1\s+(?:\w+\s+)*(?:EXIT|ERR|0))\s*(?:#.*)?$/
const stopsOnError = /^\s*(?:set|shopt)\s+(?:-o\s+errexit|-[a-z]*e)/
const goesOnAfterError =
  /^\s*set\s+(?:\+o\s+errexit|\+[a-z]*e)|\$ErrorActionPreference\s*=\s*["']?(?:Silently)?Continue/

/** Whether a line says how the script ends; only such lines are worth a look around them. */
const isExit = ({ text }: ScriptLine): boolean =>
  [failingPattern, passingPattern, stopsOnError, goesOnAfterError].some((one) => one.test(text))

/** A check at most this many lines away belongs to the same part of a script. */
const MAX_DISTANCE = 25

interface ScriptChange {
  readonly path: string
  readonly oldPath: string
  readonly before: ConfigurationText
  readonly after: ConfigurationText
  /** True if the name of the file or of one of its parts says that it checks something. */
  readonly checks: boolean
}

/** Finds scripts that ended as failed and now end as passed, whatever they found. */
export function compareExits(change: ScriptChange): readonly TestChange[] {
  const { before, after } = change
  if (before.scripts.length === 0 || after.scripts.length === 0) return []
  const lines = new Set(before.scripts.map(({ text }) => text.trim()))
  const kept = new Set(after.scripts.map(({ text }) => text.trim()))
  const isRelevant = ({ line }: ScriptLine, { scripts }: ConfigurationText) =>
    change.checks ||
    runsChecks(scripts.filter((other) => Math.abs(other.line - line) <= MAX_DISTANCE))
  const come = after.scripts.filter(
    (line) =>
      line.changed && isExit(line) && !lines.has(line.text.trim()) && isRelevant(line, after),
  )
  const gone = before.scripts.filter(
    (line) =>
      line.changed && isExit(line) && !kept.has(line.text.trim()) && isRelevant(line, before),
  )
  return [...findAdded(change, come, gone), ...findRemoved(change, come, gone)]
}

const runsChecks = (scripts: readonly ScriptLine[]): boolean =>
  splitCommands(scripts).some(({ words }) => recognizeChecks(words).length > 0)

function findAdded(
  change: ScriptChange,
  come: readonly ScriptLine[],
  gone: readonly ScriptLine[],
): readonly TestChange[] {
  return come.flatMap((line): readonly TestChange[] => {
    const passes = passingPattern.test(line.text) && !isConditional(line, change.after.scripts)
    const goesOn = goesOnAfterError.test(line.text) && !turnsBackOn(line, change.after.scripts)
    if (!passes && !goesOn) return []
    const before = gone.find(({ text }) => failingPattern.test(text) || stopsOnError.test(text))
    return [
      {
        ...{ path: change.path, side: 'new', line: line.line, test: null },
        answer: 'weakened',
        kind: 'exit_code_ignored',
        severity: 'medium',
        before: before?.text.trim() ?? 'ended as its last check did',
        because: passes
          ? `With \`${line.text.trim()}\` the script ends as passed, whatever its checks say.`
          : `After \`${line.text.trim()}\` the script goes on although a check has failed.`,
      },
    ]
  })
}

/** A script that saves the exit code itself may switch the stop off for one command. */
function turnsBackOn(line: ScriptLine, scripts: readonly ScriptLine[]): boolean {
  return scripts.some(
    (other) =>
      other.line > line.line &&
      (stopsOnError.test(other.text) || /=\$\?|\bexit "?\$\{?\w/.test(other.text)),
  )
}

/** Within `if`, a loop or a function, a passing exit is one way out of several. */
function isConditional(line: ScriptLine, scripts: readonly ScriptLine[]): boolean {
  const indent = (text: string) => text.search(/\S/)
  const near = scripts.filter((other) => other.blocks.at(-1) === line.blocks.at(-1))
  const before = near.filter((other) => other.line < line.line)
  const least = near.reduce((sum, { text }) => Math.min(sum, indent(text)), Infinity)
  const opened = before.filter(({ text }) =>
    /\b(?:then|do|else)\s*$|\{\s*$|^\s*(?:if|case|for|while)\b/.test(text),
  ).length
  const closed = before.filter(({ text }) => /^\s*(?:(?:fi|done|esac)\b|\})/.test(text)).length
  return indent(line.text) > least || opened > closed
}

function findRemoved(
  change: ScriptChange,
  come: readonly ScriptLine[],
  gone: readonly ScriptLine[],
): readonly TestChange[] {
  const fails = gone.filter(({ text }) => failingPattern.test(text))
  const added = come.filter(({ text }) => failingPattern.test(text))
  const [exit] = fails
  const stop = gone.find(({ text }) => stopsOnError.test(text))
  const stays = come.some(({ text }) => stopsOnError.test(text))
  const lost: TestChange[] = []
  if (exit !== undefined && fails.length > added.length && isPartOfKept(exit, change))
    lost.push({
      ...{ path: change.oldPath, side: 'old', line: exit.line, test: null },
      answer: 'weakened',
      kind: 'exit_code_ignored',
      severity: 'medium',
      before: exit.text.trim(),
      because: 'What this line reported as a failure no longer fails the script.',
    })
  if (stop !== undefined && !stays && isPartOfKept(stop, change))
    lost.push({
      ...{ path: change.oldPath, side: 'old', line: stop.line, test: null },
      answer: 'weakened',
      kind: 'exit_code_ignored',
      severity: 'medium',
      before: stop.text.trim(),
      because: 'The script no longer stops when one of its checks fails.',
    })
  return lost
}

/** Whether the lines around a removed line stay: a check that goes as a whole counts elsewhere. */
function isPartOfKept(line: ScriptLine, { before }: ScriptChange): boolean {
  const near = before.scripts.filter(
    (other) => Math.abs(other.line - line.line) <= 2 && other !== line,
  )
  return near.some(({ changed }) => !changed)
}
