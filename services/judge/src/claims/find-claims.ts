import { collapseSpace } from '../lib/text.ts'
import { type Activity, listActivities } from './activities.ts'
import { readShell } from './read-shell.ts'

/** A sentence of an agent that says what it ran, or that something passed. */
export interface MadeClaim {
  readonly sentence: string
  /** The command that the sentence quotes; null: it only says what was done. */
  readonly command: string | null
  readonly activities: readonly Activity[]
  readonly says: 'ran' | 'passed'
}

/** A longer message is read to here; the summary of an agent has a few hundred characters. */
const MAX_MESSAGE_CHARS = 50_000
/** What is longer is no sentence. */
const MAX_SENTENCE_CHARS = 1_000
const MAX_CLAIMS = 40

/**
 * The claims of a message, in its order. What was not done, is only planned, asked for or possible,
 * or has failed, is no claim; neither is what others did, such as CI.
 */
export function findClaims(message: string): readonly MadeClaim[] {
  const claims: MadeClaim[] = []
  let isTesting = false
  for (const line of message.slice(0, MAX_MESSAGE_CHARS).replace(codeBlock, '\n').split('\n')) {
    const heading = headingPattern.exec(line)?.groups?.title
    if (heading !== undefined) isTesting = testingTitle.test(heading)
    else if (
      line.trim() !== '' &&
      !/^\s*(?:[-*+•]|\d+[.)])?\s*\S*[`✅✔☑❌✗⚠]/u.test(line) &&
      !/^\s*[-*+•]/.test(line)
    )
      isTesting = false
    const rest = headingPattern.exec(line)?.groups?.rest ?? ''
    const titled = rest.trim() === '' ? '' : `${heading}: ${rest}`
    const text = heading === undefined ? line : titled
    for (const sentence of splitSentences(text)) claims.push(...readSentence(sentence, isTesting))
    if (claims.length >= MAX_CLAIMS) break
  }
  return claims.slice(0, MAX_CLAIMS)
}

const codeBlock = /^[ \t]*(```|~~~)[\s\S]*?(?:^[ \t]*\1[ \t]*$|$(?![\s\S]))/gm
/** `## Testing`, `**Testing**`, `Testing:`; a sentence may follow on the line. */
const headingPattern =
  /^\s*(?:#{1,6}\s*(?<title>[^#\n]+)$|\*\*(?<title>[^*\n]{1,60}?):?\*\*:?\s*(?<rest>.*)$|(?<title>(?:Tests?|Testing|Verification|Validation|Checks|Summary|Changes|Notes|Next steps)(?: run)?)\s*(?::\s*(?<rest>.*))?$)/i
const testingTitle = /\b(?:tests?|testing|verif\w+|validat\w+|checks?|quality)\b/i

/** A full stop ends a sentence only before a space, so `a.b` and `./x` are whole; `…` quotes stay. */
const splitSentences = (line: string): readonly string[] =>
  line
    .split(/(?<=[.!?])\s+(?=[A-Z`*_✅❌⚠(])|;\s+|,?\s+\b(?:but|however|although|though)\b\s+/u)
    .map((sentence) => collapseSpace(sentence.replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, '')))
    .filter(({ length }) => length > 0 && length <= MAX_SENTENCE_CHARS)

const good = /[✅✔☑]|\[x\]|:white_check_mark:|:heavy_check_mark:/iu
const bad = /[❌✗✘⚠]|\[ \]|:x:|:warning:/iu

function readSentence(sentence: string, isTesting: boolean): readonly MadeClaim[] {
  if (bad.test(sentence) || sentence.endsWith('?')) return []
  const quoted = sentence
    .matchAll(/`([^`\n]{2,300})`/g)
    .map(([, command = '']) => command.trim())
    .filter((command) => listCommandActivities(command).length > 0)
    .toArray()
  const words = sentence
    .replace(/`[^`]*`/g, ' ` ')
    .replace(/\bcan confirm\b/gi, 'confirm')
    .replace(repair, ' ')
    .replace(
      harmlessNegation,
      (denial) => ` ${/\b(?:test|lint|build)\b/i.exec(denial)?.[0] ?? ''} passes `,
    )
  if (isHypothetical(words) || isDenied(words)) return []
  const marked = good.test(sentence)
  const says =
    passedPattern.test(words) || marked ? 'passed' : ranPattern.test(words) ? 'ran' : null
  if (quoted.length > 0) {
    const said = says ?? (isTesting && isBare(words) ? 'ran' : null)
    if (said === null) return []
    return quoted.map((command) => ({
      sentence,
      command,
      activities: listCommandActivities(command),
      says: said,
    }))
  }
  // A list of commands needs no quotes under a heading that says what it is.
  const bare = isTesting ? sentence.replace(/\s*(?:\([^)]*\)|[-–—:→]\s.*)?[.\s]*$/u, '') : ''
  const bareActivities = /^[a-z./][\w./-]* \S/.test(bare) ? listCommandActivities(bare) : []
  if (bareActivities.length > 0)
    return [{ sentence, command: bare, activities: bareActivities, says: says ?? 'ran' }]
  if (says === null || byOthers.test(words)) return []
  const activities = subjects.flatMap(([activity, pattern]) =>
    pattern.test(words) ? [activity] : [],
  )
  return activities.length === 0 ? [] : [{ sentence, command: null, activities, says }]
}

const listCommandActivities = (command: string): readonly Activity[] => [
  ...new Set(readShell(command).flatMap(({ words }) => listActivities(words))),
]

/** Nothing besides the command, its result in brackets and the like. */
const isBare = (words: string): boolean => words.replace(/[`(].*$|[\s:.,*-]/g, '').length <= 12

/** What others do, at another time. */
const byOthers = /\b(?:CI|GitHub Actions|pipeline|workflow|reviewers?|you|your|users?)\b/i

const subjects: readonly (readonly [Activity, RegExp])[] = [
  ['tests', /\b(?:tests?|test[- ]suites?|specs?|suite)\b/i],
  ['build', /\b(?:builds?|built|compiles?|compiled|compilation)\b/i],
  ['lint', /\b(?:lint(?:er|ers|ing|s)?|eslint|clippy|ruff|flake8|golangci-lint|rubocop)\b/i],
  ['types', /\b(?:type[- ]?check(?:s|ed|er|ing)?|typechecks?|tsc|mypy|pyright)\b/i],
]

/** What was broken before and was repaired says nothing about now. */
const repair =
  /\b(?:fix(?:ed|es)?|repair(?:ed|s)?|resolv(?:ed|es))\s+(?:\w+\s+){0,3}?(?:failing|broken|flaky|failures?|errors?)\b/gi

/** Words of denial that speak of success: they stand for "passes". */
const harmlessNegation =
  /\b(?:no|zero|0|without(?: any)?|with no|nothing)\s+(?:new\s+|remaining\s+|other\s+)?(?:(?:type|lint|test|compile|build)\s+)?(?:errors?|failures?|warnings?|issues?|problems?|regressions?|failed)\b|\bno longer (?:fails?|breaks?|errors?)\b/gi

const passedPattern =
  /\b(?:pass(?:es|ed|ing)?\b(?!\s+(?:`|(?:a|an|the|in|into|through|to|it|its|along|by|as|down|on|over|this|that|\w+(?:s|ing)\s+(?:to|through|into))\b))|succe(?:ed|eds|eded|ss|ssful|ssfully)\b|green\b|clean(?:ly)?\b|(?:is|are|works?|all) (?:fine|ok|okay|good)\b)|[:→–—-] (?:fine|ok|okay|good)\b/i
const ranPattern =
  /\b(?:ran|re-?ran|executed|(?:have|has|had|was|were|been|also|successfully|I)\s+(?:re-?)?run|(?:verified|validated|tested|checked|confirmed)\s+(?:\w+\s+){0,4}(?:by|with|via|using|through)|test(?:s|ing)? (?:run|executed|performed))\b/i

const isHypothetical = (words: string): boolean =>
  /\b(?:will|would|should|could|can|may|might|must|shall|please|if|unless|once|when|whenever|until|to verify|to confirm|to check|to run|run(?:ning)? .{0,40}\bto\b|need(?:s|ed)? to|have to|has to|going to|plan(?:s|ned)? to|want(?:s|ed)? to|try|recommend\w*|suggest\w*|consider|expect\w*|so that|in order to|to make|make sure|to ensure|next steps?|remaining|later|before merging|todo|assum\w+|likely|probably|ideally|hopefully|manually|require[sd]?)\b/i.test(
    words,
  ) ||
  /^\W*(?:run|execute|re-?run|verify|test(?! (?:results?|suites?|runs?|status|output)\b)|check|ensure|use)\b/i.test(
    words,
  )

const isDenied = (words: string): boolean =>
  /\b(?:not|never|no|none|cannot|unable|without|skip(?:ped|ping|s)?|omitted|untested|unverified|fail(?:s|ed|ing|ures?)?|errors?|broken|blocked|unavailable|missing|timed out|wasn|weren|didn|couldn|don|doesn|haven|hasn|isn|aren|won|can't|cant|red)\b|n['’]t\b/i.test(
    words,
  )
