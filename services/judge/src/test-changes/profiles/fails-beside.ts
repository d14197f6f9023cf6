import type { SgNode } from '@ast-grep/napi'

const failing =
  /\b(?:panic|unreachable|bail)!|\b(?:[tb]|tb|require|assert)\.(?:Fatal|Error|Fail)\w*\(|\bfail\w*\(|\braise\b|\bthrow\b|\bassert False\b|\bassert!\(false/

/**
 * Whether one of the other branches of a choice fails the test: then what stands in this branch is
 * checked, or the test does not pass.
 */
export const failsBeside = (branch: SgNode): boolean =>
  (branch.parent()?.children() ?? []).some(
    (other) => other.id() !== branch.id() && failing.test(other.text()),
  )

/** The same for a branch that is known by its text. */
export const failsTest = (branch: string | undefined): boolean => failing.test(branch ?? '')
