import type { Block, ConfigurationText, Entry } from './entry.ts'
import { type Arguments, readArguments } from './flags.ts'
import { categorizeName, type KnownCheck, recognizeChecks } from './recognize-checks.ts'
import { type Command, splitCommands, type Word } from './split-commands.ts'

/** A check that a file runs, on one side of the change. */
export interface CheckRun {
  readonly check: KnownCheck
  readonly arguments: Arguments
  readonly blocks: readonly Block[]
  readonly line: number
  /** True if any of its words is on a changed line. */
  readonly changed: boolean
  /** What keeps its failure from counting; null if it counts. */
  readonly ignored: Mark | null
  readonly retried: boolean
  /** The conditions under which it runs. */
  readonly conditions: readonly Mark[]
  readonly text: string
}

export interface Mark {
  readonly text: string
  readonly line: number
  readonly changed: boolean
}

/** Reads what a file runs to check something, with the conditions of the enclosing blocks. */
export function readCheckRuns(configuration: ConfigurationText): readonly CheckRun[] {
  const marks = readMarks(configuration.entries)
  const commands = splitCommands(configuration.scripts).map((command) => ({
    ...command,
    words: expandVariables(command.words, configuration.entries),
  }))
  const runs = commands.flatMap((command) =>
    [...recognizeChecks(command.words), ...recognizeFlags(command)].map((check) =>
      toRun(command, check, marks),
    ),
  )
  const actions = readActions(configuration.entries, marks)
  return [...runs, ...actions, ...readNamedSteps(configuration, runs, actions, marks)]
}

/** Puts the words of a variable in its place, where its value is in the same part of the file. */
function expandVariables(words: readonly Word[], entries: readonly Entry[]): readonly Word[] {
  return words.flatMap((word, index): readonly Word[] => {
    const [, name] = /^["']?\$(?:\(|\{)?(\w+)(?:\)|\})?["']?$/.exec(word.text) ?? []
    if (name === undefined) return [word]
    const values = entries.filter(({ key, value }) => key === name && value !== '')
    if (values.length === 0) {
      // `$(GO) test` is `go test`: a variable for a program is named like it.
      return index === 0 ? [{ ...word, text: name.toLowerCase() }] : [word]
    }
    return values.flatMap(({ value, line, changed }) =>
      value
        .replace(/^["']|["']$/g, '')
        .split(/\s+/)
        .map((text) => ({
          text,
          line: word.changed ? word.line : line,
          changed: changed || word.changed,
        })),
    )
  })
}

interface Marks {
  readonly ignored: ReadonlyMap<Block, Mark>
  readonly conditions: ReadonlyMap<Block, readonly Mark[]>
}

/** Keys that keep the failure of a job or a step from counting. */
export const ignoringKeys =
  /^(?:continue-on-error|continueOnError|allow_failure|allowFailure|ignore_errors?|ignore_error|soft_fail|allow_failures)$/
const conditionKeys = /^(?:if|when|rules|only|except|condition)$/
/** Conditions that run a check as often as none, or more often. */
const harmlessConditions =
  /^(?:\$\{\{\s*)?(?:always\(\)|!\s*cancelled\(\)|success\(\)|success\(\) \|\| failure\(\)|on_success|always|true)(?:\s*\}\})?$/

/** What the blocks say about the failure and the conditions of what they hold. */
function readMarks(entries: readonly Entry[]): Marks {
  const ignored = new Map<Block, Mark>()
  const conditions = new Map<Block, readonly Mark[]>()
  for (const { key, value, line, changed, blocks } of entries) {
    const block = blocks.at(-1)
    if (block === undefined) continue
    if (ignoringKeys.test(key) && /^(?:true|yes|on)$|^\$\{\{/i.test(value))
      ignored.set(block, { text: `${key}: ${value}`, line, changed })
    // A list of rules, or of branches, belongs to the job around it.
    const at = blocks.findLastIndex((outer) => /^(?:rules|only|except)$/.test(outer.key))
    const job = blocks[at - 1]
    const list = job === undefined ? null : (blocks[at]?.key ?? null)
    const isCondition = conditionKeys.test(key) && !harmlessConditions.test(value)
    if (value === '' || !(isCondition || (list !== null && key === ''))) continue
    const target = list === null ? block : job
    if (target === undefined) continue
    const mark = { text: `${list ?? key}: ${value}`, line, changed }
    conditions.set(target, [...(conditions.get(target) ?? []), mark])
  }
  return { ignored, conditions }
}

function findMarks(blocks: readonly Block[], marks: Marks) {
  return {
    ignored: blocks.map((block) => marks.ignored.get(block)).find(Boolean) ?? null,
    conditions: blocks.flatMap((block) => marks.conditions.get(block) ?? []),
  }
}

function toRun(command: Command, check: KnownCheck, marks: Marks): CheckRun {
  const { ignored, conditions } = findMarks(command.blocks, marks)
  const last = command.words.at(-1)
  const changed = command.words.some((word) => word.changed)
  const own =
    command.ignored === null
      ? null
      : { text: command.ignored, line: last?.line ?? command.line, changed }
  return {
    check,
    arguments: readArguments(check.tool, check.args),
    blocks: command.blocks,
    line: check.args.find((word) => word.changed)?.line ?? command.line,
    changed,
    ignored: own ?? ignored,
    retried: command.retried,
    conditions,
    text: command.text,
  }
}

/** Flags whose command is outside of the hunk are compared on their own. */
function recognizeFlags({ words, text }: Command): readonly KnownCheck[] {
  if (!(words[0]?.text.startsWith('-') ?? false)) return []
  const isPytest = /(?:^|\s)--(?:cov|junitxml|strict-markers|durations|tb|maxfail)\b/.test(text)
  const tool = isPytest ? 'flags of pytest' : 'flags'
  return [{ tool, category: 'check', family: 'any', args: words }]
}

const checkActions =
  /codeql-action\/analyze|super-linter|cypress-io\/github-action|sonar\w*-(?:scan|github)|dependency-review|scorecard|reviewdog|snyk|trivy-action|gitleaks|semgrep|typos|codespell|zizmor|actionlint|hadolint|shellcheck|cargo-deny|chromatic|lychee/i
const noCheckActions =
  /upload|report|artifact|setup-|checkout|cache|comment|publish|summary|codecov/i

/** Actions that check something by themselves, by their names. */
function readActions(entries: readonly Entry[], marks: Marks): readonly CheckRun[] {
  return entries.flatMap(({ key, value, line, changed, blocks }) => {
    const [name = ''] = value.split(/[@#\s]/)
    if (!/^(?:uses|orb|id|- ?id)$/.test(key) || noCheckActions.test(name)) return []
    const isHook = key === 'id' && blocks.some((block) => block.key === 'hooks')
    if (key === 'id' && !isHook) return []
    const category = checkActions.test(name) ? 'lint' : isHook ? 'lint' : categorizeName(name)
    if (category === null) return []
    const check: KnownCheck = { tool: `uses:${name}`, category, family: 'any', args: [] }
    return [
      {
        check,
        arguments: { flags: [], targets: [] },
        blocks,
        line,
        changed,
        ...findMarks(blocks, marks),
        retried: /retry/i.test(name),
        text: isHook ? `the hook ${name}` : `uses: ${name}`,
      },
    ]
  })
}

/** Commands that tell or prepare something, and check nothing. */
const idle =
  /^\s*(?:echo|printf|cat|ls|mkdir|cp|mv|rm|cd|export|set|exit 0|true|if|then|else|fi|git config|sleep|env)\b/

/** Steps and jobs that are named as checks although what they run is not known as one. */
function readNamedSteps(
  { entries, scripts }: ConfigurationText,
  runs: readonly CheckRun[],
  actions: readonly CheckRun[],
  marks: Marks,
): readonly CheckRun[] {
  return entries.flatMap(({ key, value, line, changed, blocks }) => {
    const block = blocks.at(-1)
    if (key !== 'name' || block?.key !== '-') return []
    const category = categorizeName(value)
    const holds = ({ blocks: outer }: { readonly blocks: readonly Block[] }) =>
      outer.includes(block)
    if (category === null || [...runs, ...actions].some(holds)) return []
    const script = scripts.filter((line) => holds(line) && !idle.test(line.text))
    const uses = entries.find((entry) => entry.key === 'uses' && entry.blocks.at(-1) === block)
    if (script.length === 0 && (uses === undefined || noCheckActions.test(uses.value))) return []
    const check: KnownCheck = { tool: `step:${value}`, category, family: 'any', args: [] }
    return [
      {
        check,
        arguments: { flags: [], targets: [] },
        blocks,
        line,
        changed,
        ...findMarks(blocks, marks),
        retried: false,
        text: `the step "${value}"`,
      },
    ]
  })
}
