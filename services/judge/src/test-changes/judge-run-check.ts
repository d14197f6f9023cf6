import type { Comparison } from './comparison.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import { quoteLines } from './test-file.ts'

/**
 * What became of a check that a call had no error. `lost`: the call is still made and its error
 * dropped. `kept`: the call has no error any more, sets the test up, or is checked elsewhere.
 * `unclear`: the call is gone, too, and no rule can tell whether it mattered.
 */
export type RunCheck = 'lost' | 'kept' | 'unclear'

/** Packages of the standard libraries, by which tests are set up. */
const setUpPattern =
  /^(?:os|io|ioutil|filepath|path|exec|json|xml|yaml|time|context|http|httptest|net|url|sql|bytes|strings|strconv|fmt|log|fs|tempfile|shutil|subprocess|serde_json|std)(?:\.|::)/

/** Judges a removed check; one that is not about the error of a call is `lost`. */
export function judgeRunCheck(old: PlacedAssertion, comparison: Comparison): RunCheck {
  const { fact } = old
  const callee = /([\w$.:]+)\s*\(/.exec(fact.subject)?.[1]
  if (fact.strength !== 'runs' || callee === undefined) return 'lost'
  if (setUpPattern.test(callee)) return 'kept'
  const name = callee.slice(Math.max(callee.lastIndexOf('.'), callee.lastIndexOf(':')) + 1)
  const call = `\\b${name.replaceAll('$', '\\$')}\\(`
  const text = readScope(old, comparison)
  if (
    new RegExp(`(?:^|[\\s,])_\\s*:?=\\s*[^\\n]*${call}|^\\s*(?:[\\w.]+\\.)?${call}`, 'm').test(text)
  )
    return 'lost'
  if (new RegExp(call).test(text)) return 'kept'
  return listAddedLines(comparison).some((line) => new RegExp(call).test(line)) ? 'kept' : 'unclear'
}

/** The test after the change, or the lines of the hunk where that is not known. */
function readScope(
  { test, fragment, side }: PlacedAssertion,
  { cases, files }: Comparison,
): string {
  const after = test === null ? undefined : cases.after.get(test)
  if (after !== undefined) return quoteLines(after.side, after.fact.line, after.fact.endLine)
  const file = files.find(({ old }) => old === side)
  return (file?.new.text.fragments[fragment] ?? []).map(({ text }) => text).join('\n')
}

const listAddedLines = ({ files }: Comparison): readonly string[] =>
  files.flatMap(({ file }) =>
    file.hunks.flatMap(({ lines }) =>
      lines.filter(({ kind }) => kind === 'added').map(({ text }) => text),
    ),
  )
