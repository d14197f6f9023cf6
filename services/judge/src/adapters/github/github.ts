import type { Github } from '../../github/port.ts'
import { connect } from './client/connection.ts'
import type { GithubSettings } from './client/settings.ts'
import { readDiff, readRelation } from './read/compare.ts'
import { readFile, readJobLog } from './read/files.ts'
import { findPullRequest } from './read/find-pull-request.ts'
import { readSurroundings } from './read/repository-context.ts'
import { readSnapshot } from './read/snapshot.ts'
import { githubWrites } from './write/writes.ts'

/**
 * GitHub behind our port: GraphQL for what belongs together, REST for the rest. Makes no request
 * before it is asked to.
 */
export function createGithub(settings: GithubSettings): Github {
  const connection = connect(settings)
  return {
    findPullRequest: (of, signal) => findPullRequest(connection, of, signal),
    snapshot: (of, signal) => readSnapshot(connection, of, signal),
    surroundings: (of, signal) => readSurroundings(connection, of, signal),
    relation: (of, signal) => readRelation(connection, of, signal),
    diff: (of, signal) => readDiff(connection, of, signal),
    file: (of, signal) => readFile(connection, of, signal),
    jobLog: (of, signal) => readJobLog(connection, of, signal),
    budget: () => connection.meter.read(),
    ...githubWrites(connection),
  }
}
