import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type {
  SecretLintRuleContext,
  SecretLintRuleCreator,
  SecretLintRuleReportHandler,
  SecretLintSourceCode,
} from '@secretlint/types'

/** Where a rule of Secretlint finds a secret: offsets, `end` exclusive. */
export interface LibrarySpan {
  readonly rule: string
  readonly start: number
  readonly end: number
}

/*
 * The rules of the preset one by one, without the one that obeys `secretlint-disable` comments: the
 * author of the text must not decide. The Google rule needs a file on disk. They are run without
 * the library's own runner, which is asynchronous, although no rule is.
 */
const usedRules: readonly SecretLintRuleCreator[] = rules.filter(
  ({ meta }) => !/-(?:filter-comments|gcp)$/.test(meta.id),
)

let found: LibrarySpan[] = []

const handlers: readonly SecretLintRuleReportHandler[] = usedRules.map((rule) => {
  const name = rule.meta.id.replace(/^.*secretlint-rule-/, '')
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    // Only the place of a secret is used, so no message is written.
    createTranslator: () => (messageId, data) => ({
      message: '',
      messageId: String(messageId),
      data: data as never,
    }),
    ignore: () => undefined,
    report: ({ range: [start, end] }) => {
      found.push({ rule: name, start, end })
    },
  }
  return rule.create(context, {})
})

/** Everything that a rule of the library finds in a text, in no order. */
export function findLibrarySpans(text: string): readonly LibrarySpan[] {
  found = []
  // The type has also what only the two rules above need.
  const source = { content: text, contentType: 'text', ext: '.txt', filePath: 'text.txt' }
  for (const { file } of handlers) void file?.(source as SecretLintSourceCode)
  const spans = found
  found = []
  return spans
}
