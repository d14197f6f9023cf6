import type { Check, CheckSuite } from '../../../github/snapshot.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { toCheckState, toWorkflow } from './checks.ts'
import type { GqlCheckSuite } from './graphql-types.ts'

/** Converts check suites. Where a suite's check runs are not counted, the commit's tell of them. */
export const toCheckSuites = (
  suites: readonly GqlCheckSuite[],
  checks: readonly Check[],
): readonly CheckSuite[] =>
  suites.map((suite) => ({
    id: suite.databaseId,
    app: suite.app?.slug ?? '',
    appId: suite.app?.databaseId ?? null,
    state: toCheckState(suite),
    hasRuns: suite.checkRuns
      ? suite.checkRuns.totalCount > 0
      : checks.some(({ suiteId }) => suiteId !== null && suiteId === suite.databaseId),
    createdAt: toInstantOrNull(suite.createdAt),
    branch: suite.branch?.name ?? null,
    workflowRun: suite.workflowRun && {
      id: suite.workflowRun.databaseId,
      url: suite.workflowRun.url ?? null,
      workflow: toWorkflow(suite.workflowRun),
    },
  }))
