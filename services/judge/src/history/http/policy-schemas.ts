import Type from 'typebox'
import { integer, nullable, oneOfTexts, text } from './schema-kinds.ts'

/* Schemas of the policy that is in force, and of what another one would change. */

export const MAX_CHANGED = 200

export const policyProperties = {
  version: Type.String({ description: 'The digest of the rules, as decisions name it.' }),
  repository: nullable(text),
  sha: nullable(
    Type.String({
      description: "The git blob of the repository's .codex-judge.yml; null if it has none.",
    }),
  ),
  fault: nullable(
    Type.String({
      description:
        "Why the repository's own file is not in force: it is invalid, or could not be read.",
    }),
  ),
  keys: Type.Array(
    Type.Object({
      key: text,
      value: Type.Unknown({ description: 'In force, as it is written in a file.' }),
      default: Type.Unknown(),
      origin: oneOfTexts(['default', 'service', 'repository']),
      sha: nullable(Type.String({ description: "The repository's file, if it set the key." })),
      locked: Type.Boolean({ description: 'True if repositories must not set it.' }),
      ignored: Type.Array(Type.Object({ value: Type.Unknown(), because: text }), {
        description: "What the repository's file says in vain.",
      }),
      meaning: Type.String({ description: 'What config/policy.yml says of the key.' }),
      enforced: Type.Boolean({ description: 'False if this release does not act on the key.' }),
    }),
  ),
} as const

const fate = Type.Object({
  outcome: Type.String({
    description:
      'A status; `asks` if a model would be asked whose answer is not stored, `waits` if it would ' +
      'wait for what was not known then.',
  }),
  reason: nullable(Type.String({ description: 'Or the model, or what it would wait for.' })),
})
export const backtestProperties = {
  total: Type.Integer({ description: 'The runs that were decided again.' }),
  changedTotal: integer,
  changed: Type.Array(
    Type.Object({
      runId: text,
      repository: nullable(text),
      issueNumber: nullable(integer),
      attempt: integer,
      before: fate,
      after: fate,
      gate: nullable(Type.String({ description: 'The first gate that does not pass then.' })),
      because: text,
    }),
    { maxItems: MAX_CHANGED, description: 'The newest of those whose decision changes.' },
  ),
  unknown: Type.Integer({
    description: 'Runs that cannot be decided again, because what they were made from is gone.',
  }),
  truncated: Type.Boolean({
    description: 'True if not every run was decided again: at most 2,000, in at most 15 seconds.',
  }),
} as const
