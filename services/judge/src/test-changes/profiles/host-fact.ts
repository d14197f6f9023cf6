import { speaksOfHost } from '../host.ts'

/** Words by which a text blames the test or its timing: no fact of a machine. */
const excusePattern =
  /flak|unstable|intermittent|unreliab|sporadic|sometimes|occasional|\brace\b|\bhangs?\b|\bslow\b|time[sd]? ?out|todo|fixme|tracked|known (?:issue|limitation|bug)|temporar|for now|investigat|re-?enable|until (?:we|it|fixed)/i

/** Variables of pipelines: a test that is skipped there is skipped where it counts. */
const pipelinePattern =
  /["'`(]CI["'`)]|GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|BUILDKITE|JENKINS|TEAMCITY|\b(?:is|in|on)_?CI\b/i
const variablePattern =
  /(?:[gG]etenv|LookupEnv|environ(?:\.get)?|env::var(?:_os)?|process\.env)\W{0,3}\(?\s*["'`]?(\w+)/g
/** What a machine has or lacks; other variables are switches, such as `RUN_SLOW_TESTS`. */
const possessionPattern =
  /KEY|TOKEN|SECRET|PASS|CRED|UR[LI]|HOST|ADDR|ENDPOINT|DSN|SOCK|DISPLAY|HOME|PATH|DIR\b|_DIR|DATABASE|BROKER|ACCOUNT|REGION|PROFILE|BIN/

/**
 * Whether a condition is about the machine, and the reason given beside it does not blame the test:
 * "flaky on Windows" is an excuse, "Windows has no symbolic links" is a fact.
 */
export function isFactOfHost(condition: string, reason: string): boolean {
  if (excusePattern.test(reason) || pipelinePattern.test(condition)) return false
  const variables = [...condition.matchAll(variablePattern)].map(([, name = '']) => name)
  if (variables.length > 0) return variables.every((name) => possessionPattern.test(name))
  return speaksOfHost(condition) || speaksOfHost(splitWords(condition))
}

/** `isDockerAvailable` and `no_docker` as separate words. */
const splitWords = (text: string): string =>
  text.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ')
