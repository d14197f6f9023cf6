import type { Github } from '../../github/port.ts'
import { createConnection } from './client/connection.ts'
import type { GithubSettings } from './client/settings.ts'
import { readCommitChecks } from './read/commit-checks.ts'
import { readDiff, readMergeBase, readRelation } from './read/compare.ts'
import { readFileTexts } from './read/file-texts.ts'
import { readFile, readJobLog } from './read/files.ts'
import { findMergedInto, findPullRequest } from './read/find-pull-request.ts'
import { readLabelSetters } from './read/label-setters.ts'
import { optionalSnapshotFields } from './read/queries.ts'
import { optionalContextFields, readRepositoryContext } from './read/repository-context.ts'
import { readSnapshot } from './read/snapshot.ts'
import { createGithubWrites } from './write/writes.ts'

/**
 * Implements the GitHub port: GraphQL for the consistent readings, REST for the rest. Sends no
 * request until a method is called.
 */
export function createGithub(settings: GithubSettings): Github {
  const connection = createConnection(settings, [
    ...optionalSnapshotFields,
    ...optionalContextFields,
  ])
  return {
    findPullRequest: (request, signal) => findPullRequest(connection, request, signal),
    findMergedInto: (request, signal) => findMergedInto(connection, request, signal),
    readSnapshot: (request, signal) => readSnapshot(connection, request, signal),
    readRepositoryContext: (request, signal) => readRepositoryContext(connection, request, signal),
    readRelation: (request, signal) => readRelation(connection, request, signal),
    readCommitChecks: (request, signal) => readCommitChecks(connection, request, signal),
    readMergeBase: (request, signal) => readMergeBase(connection, request, signal),
    readDiff: (request, signal) => readDiff(connection, request, signal),
    readFile: (request, signal) => readFile(connection, request, signal),
    readFileTexts: (request, signal) => readFileTexts(connection, request, signal),
    readLabelSetters: (request, signal) => readLabelSetters(connection, request, signal),
    readJobLog: (request, signal) => readJobLog(connection, request, signal),
    getBudget: () => connection.meter.read(),
    ...createGithubWrites(connection),
  }
}
