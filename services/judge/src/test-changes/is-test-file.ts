/**
 * What a file is to its tests. `test`: a runner collects it. `support`: it belongs to the tests
 * without being collected, such as helpers, fixtures and mocks. `snapshot`: what a test recorded
 * and compares with. `other`: source, configuration, documentation.
 */
export type FileRole = 'test' | 'support' | 'snapshot' | 'other'

const snapshotPattern =
  /(?:^|\/)__(?:\w*snap\w*|screenshots)__\/|(?:^|\/)(?:snapshots?|goldens?|baselines?|approvals?)\/|\.(?:snap|snap\.new|golden|approved|received|expected|stderr|stdout|ambr|snapshot)(?:\.\w+)?$|\.approved\.\w+$/i

/** What a runner collects by the usual conventions of each language. */
const collectedPatterns: readonly RegExp[] = [
  // JavaScript: a part of the name, or a folder that runners collect wholly.
  /\.(?:test|spec|e2e|e2e-spec|cy|vitest|test-d|it|bench)\.[cm]?[jt]sx?$/i,
  /(?:^|\/)(?:__tests?__|test|tests|spec|specs|e2e|cypress)\/(?:.*\/)?(?!.*(?:helper|util|fixture|mock|setup|support))[\w.-]+\.[cm]?[jt]sx?$/i,
  /(?:^|\/)(?:test|tests|spec)\.[cm]?[jt]sx?$/i,
  /(?:^|\/)(?:tests?|test_[^/]*|[^/]*_tests?)\.pyi?$/,
  /_test\.go$/,
  /(?:^|\/)(?:Test[A-Z]\w*|\w*(?:Tests?|TestCase|IT|ITCase|Spec|Specs))\.(?:java|kts?|groovy|scala)$/,
  /(?:^|\/)(?:tests?|benches)\/(?:.*\/)?[^/]+\.rs$|(?:^|\/)(?:tests?|[^/]+_tests?|test_[^/]+)\.rs$/,
  /(?:_spec|_test|(?:^|\/)test_[^/]*)\.(?:rb|exs?|lua|jl|dart|cc|cpp|cxx|c|m|zig|php|sh|pl|r|R|ml|erl|hs|clj[cs]?)$/,
  /(?:^|\/)[A-Za-z]\w*(?:Tests?|Spec)\.(?:cs|fs|vb|php|swift|m|mm|cpp|cc|hs|dart)$/,
  /\.(?:bats|feature|robot|t)$/,
]

const supportPattern =
  /(?:^|\/)(?:src\/(?:\w*[tT]est\w*|testFixtures)|__tests?__|__mocks__|__fixtures__|tests?|testing|specs?|e2e|it|testdata|test[-_]?(?:utils?|helpers?|support|harness|fixtures?)|integration[-_]?tests?|fixtures|cypress|playwright)\/|(?:^|\/)(?:conftest|testing|test[-_]?(?:utils?|helpers?|support|setup))\.\w+$|(?:^|\/)testmain_test\.go$/i

/** Tells the role of a file from its path alone. */
export function findFileRole(path: string): FileRole {
  if (snapshotPattern.test(path)) return 'snapshot'
  if (collectedPatterns.some((pattern) => pattern.test(path))) return 'test'
  return supportPattern.test(path) ? 'support' : 'other'
}

/**
 * Whether the runner that collects the one path does not collect the other: no runner collects it,
 * or the name has lost the mark by which it was collected, such as `.test` or `_spec`.
 */
export function losesCollection(oldPath: string, path: string): boolean {
  if (!isCollected(oldPath)) return false
  return !isCollected(path) || (isCollectedByName(oldPath) && !isCollectedByName(path))
}

/** Whether the name of a file makes it a test, in whatever folder. */
export const isCollectedByName = (path: string): boolean =>
  isCollected(path.slice(path.lastIndexOf('/') + 1))

const isCollected = (path: string): boolean =>
  collectedPatterns.some((pattern) => pattern.test(path))
