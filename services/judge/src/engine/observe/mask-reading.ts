import type { RepositoryContext, Snapshot } from '../../github/snapshot.ts'
import { type Mask, maskAllBut } from '../../lib/mask.ts'

/** What is compared with names in other answers, in messages and in the policy. */
const identities: ReadonlySet<string> = new Set([
  'repository',
  'headBranch',
  'baseBranch',
  'defaultBranch',
  'branch',
  'from',
  'to',
  'login',
  'closedBy',
  'resolvedBy',
  'editor',
  // Of checks, their apps and workflows.
  'name',
  'app',
  'slug',
  'event',
  // Of threads: an id, and a file of the diff.
  'id',
  'path',
  'labels',
])

/**
 * Masks secrets in everything that was read from GitHub, right after it was read: whatever is
 * stored, shown or decided from it never contains one. Identities stay, and are masked where they
 * are shown.
 */
export const maskReading = (
  reading: Snapshot | RepositoryContext,
  mask: Mask,
): Promise<Snapshot | RepositoryContext> => maskAllBut(identities, reading, mask)
