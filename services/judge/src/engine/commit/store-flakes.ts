import type { Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { CommitInput } from './commit-input.ts'

/** More checks of one commit fail because of something they share, not by chance. */
const MAX_FLAKES = 50

/** Remembers the checks that failed and then passed on the judged commit, each once a commit. */
export async function storeFlakes(
  trx: Transaction<DB>,
  { loaded, observation, step }: CommitInput,
): Promise<void> {
  const { flakes, facts } = observation
  const { repository } = loaded.run.claims
  const { commitSha } = facts.run
  if (step.kind === 'stay' || flakes.length === 0 || repository === null || commitSha === null)
    return
  await trx
    .insertInto('flakes')
    .values(
      flakes.slice(0, MAX_FLAKES).map(({ app, workflow, event, name }) => ({
        repository_key: repository.toLowerCase(),
        repository,
        app,
        workflow,
        event,
        name,
        commit_sha: commitSha,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
