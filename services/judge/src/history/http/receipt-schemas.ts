import Type from 'typebox'
import { RECEIPT_FORMAT } from '../../receipt/receipt.ts'
import { nullable, text, time } from './schema-kinds.ts'

/** The response of the route that reads a receipt. */
export const receiptProperties = {
  format: Type.Literal(RECEIPT_FORMAT),
  root: Type.String({ description: 'The SHA-256 of all of it, except for `ok` and itself.' }),
  run: Type.Object({}, { additionalProperties: true }),
  decisions: Type.Array(
    Type.Object({
      id: text,
      decidedAt: time,
      outcome: text,
      reason: text,
      because: text,
      by: text,
      commitSha: nullable(text),
      policyVersion: text,
      release: nullable(text),
      judged: Type.Boolean(),
      parts: Type.Record(text, text, {
        description: 'The digest of each part that the decision was made from, by name.',
      }),
      digest: text,
    }),
    { description: 'Oldest first.' },
  ),
  parts: Type.Record(text, Type.Unknown(), {
    description:
      'By SHA-256: of the text for a text, else of the JSON without white space and with sorted ' +
      'keys. Parts that retention has removed are missing.',
  }),
  transitions: Type.Array(Type.Ref('Transition')),
}
