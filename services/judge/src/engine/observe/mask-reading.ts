import type { RepositoryContext, Snapshot } from '../../github/snapshot.ts'
import type { Mask } from '../../lib/mask.ts'

/*
 * Masks secrets in the texts that people write on GitHub, right after they are read: whatever is
 * stored, shown or decided from them never contains one. Names, logins and addresses stay, because
 * they are compared with those of other systems.
 */

/** A pull request, or the repository of a run without one. */
export async function maskReading(
  reading: Snapshot | RepositoryContext,
  mask: Mask,
): Promise<Snapshot | RepositoryContext> {
  return 'pullRequest' in reading ? maskSnapshot(reading, mask) : maskContext(reading, mask)
}

async function maskSnapshot(snapshot: Snapshot, mask: Mask): Promise<Snapshot> {
  const { pullRequest, checks, reviews, threads, comments, context } = snapshot
  return {
    ...snapshot,
    pullRequest: {
      ...pullRequest,
      title: await mask(pullRequest.title),
      body: await mask(pullRequest.body),
    },
    checks: await Promise.all(
      checks.map(async (check) => ({
        ...check,
        summary: check.summary === null ? null : await mask(check.summary),
      })),
    ),
    reviews: await maskBodies(reviews, mask),
    threads: await Promise.all(
      threads.map(async (thread) => ({
        ...thread,
        comments: await maskBodies(thread.comments, mask),
      })),
    ),
    comments: await maskBodies(comments, mask),
    context: await maskContext(context, mask),
  }
}

async function maskContext(context: RepositoryContext, mask: Mask): Promise<RepositoryContext> {
  const { issue, policyText } = context
  return {
    ...context,
    policyText: policyText === null ? null : await mask(policyText),
    issue:
      issue === null
        ? null
        : { ...issue, title: await mask(issue.title), body: await mask(issue.body) },
  }
}

const maskBodies = <T extends { readonly body: string }>(
  texts: readonly T[],
  mask: Mask,
): Promise<readonly T[]> =>
  Promise.all(texts.map(async (text) => ({ ...text, body: await mask(text.body) })))
