import type { AgentCommand } from '../artifacts/evidence.ts'
import { clip } from '../lib/text.ts'
import { type Activity, isNarrow, listActivities } from './activities.ts'
import { findClaims, type MadeClaim } from './find-claims.ts'
import { readShell, unwrapShell } from './read-shell.ts'

/**
 * A claim of an agent, compared with the commands that it ran. `supported`: the events show it.
 * `unsupported`: they do not. `contradicted`: they show the opposite.
 */
export interface ClaimFinding {
  readonly result: 'supported' | 'unsupported' | 'contradicted'
  readonly sentence: string
  /** The command that decided, as the agent ran it; null: there is none. */
  readonly command: string | null
  /** Why, as a plain sentence without a full stop. */
  readonly because: string
}

const MAX_COMMAND_CHARS = 300

/**
 * Compares what the messages of an agent claim with what its commands did, in order of the claims,
 * each sentence once. A later success makes up for an earlier failure of the same checks, but a run
 * of a part does not make up for the failure of the whole.
 */
export function checkClaims(
  messages: readonly string[],
  commands: readonly AgentCommand[],
): readonly ClaimFinding[] {
  const runs = commands.flatMap(listRuns)
  const bySentence = new Map<string, ClaimFinding>()
  for (const claim of messages.flatMap(findClaims)) {
    const found = checkClaim(claim, runs)
    const before = bySentence.get(claim.sentence)
    if (before === undefined || ranks[found.result] > ranks[before.result])
      bySentence.set(claim.sentence, found)
  }
  return [...bySentence.values()]
}

const ranks = { supported: 0, unsupported: 1, contradicted: 2 } as const

/** One command of a line that the agent ran. */
interface CommandRun {
  readonly line: string
  readonly words: readonly string[]
  readonly activities: readonly Activity[]
  readonly result: 'passed' | 'failed' | 'unknown'
}

function listRuns({ command, exitCode, output }: AgentCommand): readonly CommandRun[] {
  const parts = readShell(command)
  const checks = parts.filter(({ words }) => listActivities(words).length > 0)
  return parts.map(({ words, result }) => ({
    line: clip(unwrapShell(command).trim(), MAX_COMMAND_CHARS),
    words,
    activities: listActivities(words),
    result: readResult({
      exitCode,
      output,
      isHidden: result === 'hidden',
      isOnly: checks.length <= 1,
    }),
  }))
}

/** In `a && b` a failure may be that of either, so only the output can tell. */
function readResult(of: {
  readonly exitCode: number | null
  readonly output: AgentCommand['output']
  readonly isHidden: boolean
  readonly isOnly: boolean
}): CommandRun['result'] {
  const { exitCode, output, isHidden, isOnly } = of
  const byOutput = output === null ? 'unknown' : output === 'success' ? 'passed' : 'failed'
  if (exitCode === null || isHidden) return isOnly ? byOutput : 'unknown'
  if (exitCode === 0) return 'passed'
  return isOnly ? 'failed' : 'unknown'
}

function checkClaim(claim: MadeClaim, runs: readonly CommandRun[]): ClaimFinding {
  const results = claim.activities.map((activity) => checkActivity(claim, activity, runs))
  return results.reduce((worst, next) => (ranks[next.result] > ranks[worst.result] ? next : worst))
}

const activityNames: Readonly<Record<Activity, string>> = {
  tests: 'tests',
  build: 'a build',
  lint: 'a linter',
  types: 'a type check',
  format: 'a formatter',
}

function checkActivity(
  { sentence, command, says }: MadeClaim,
  activity: Activity,
  runs: readonly CommandRun[],
): ClaimFinding {
  const same = command === null ? [] : runs.filter((run) => isSameCommand(command, run))
  const relevant =
    same.length > 0 ? same : runs.filter(({ activities }) => activities.includes(activity))
  const last = relevant.at(-1)
  if (last === undefined)
    return {
      result: 'unsupported',
      sentence,
      command: null,
      because: `no command of the agent runs ${activityNames[activity]}`,
    }
  const answer = (
    result: ClaimFinding['result'],
    run: CommandRun,
    because: string,
  ): ClaimFinding => ({
    result,
    sentence,
    command: run.line,
    because,
  })
  if (says === 'ran')
    return answer(
      'supported',
      last,
      last.result === 'failed' ? 'the command was run, and it failed' : 'the command was run',
    )
  const failed = findOpenFailure(relevant)
  if (failed !== null)
    return answer('contradicted', failed, 'the command failed, and did not pass later')
  const passed = relevant.findLast(({ result }) => result === 'passed')
  if (passed !== undefined) return answer('supported', passed, 'the command passed')
  return answer(
    'unsupported',
    last,
    'the command was run, but its exit code is that of another one and its output says nothing',
  )
}

/** The newest failure that no later success makes up for; null: there is none. */
function findOpenFailure(runs: readonly CommandRun[]): CommandRun | null {
  let open: readonly CommandRun[] = []
  for (const run of runs) {
    if (run.result === 'failed') open = [...open.filter((one) => !covers(run, one)), run]
    if (run.result === 'passed') open = open.filter((one) => !covers(run, one))
  }
  return open.at(-1) ?? null
}

/** Whether a run checks at least what another one did: the same command, or not only a part. */
const covers = (run: CommandRun, other: CommandRun): boolean =>
  !isNarrow(run.words) || run.words.join(' ') === other.words.join(' ')

/** Whether a quoted command is the beginning of one that was run, word by word. */
function isSameCommand(quoted: string, { words }: CommandRun): boolean {
  return readShell(quoted).some(
    (part) =>
      part.words.length > 0 &&
      listActivities(part.words).length > 0 &&
      part.words.every((word, n) => word === words[n]),
  )
}
