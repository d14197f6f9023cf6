import type { DiffFile } from '../../diff/diff.ts'
import type { JudgePolicy } from '../../policy/policy.ts'
import type { Excerpt } from '../context/code-context.ts'
import type { PromptInput } from '../prompt.ts'
import type { UntrustedText } from './find-influence.ts'

/** Every text of a question that people or programs wrote for whom we do not speak. */
export function listUntrustedTexts(
  input: PromptInput,
  { excerpts, send }: Pick<JudgePolicy, 'send'> & { readonly excerpts: readonly Excerpt[] },
): readonly UntrustedText[] {
  const { issue, diff, checks, ci, review, logs, lastMessage } = input
  const summaries = checks.map(({ name, summary }) => `${name}\n${summary ?? ''}`).join('\n')
  return [
    toText('the title of the issue', issue.title),
    toText('the issue', issue.body),
    ...diff.files.map(readAddedLines),
    ...excerpts.map(readExcerpt),
    toText('the names of the changed files', diff.files.map(({ path }) => path).join('\n')),
    toText('a check of the commit', [summaries, ci ?? ''].join('\n')),
    toText('the review', review ?? ''),
    toText("the agent's last message", send.last_message ? (lastMessage ?? '') : ''),
    ...Object.entries(send.logs ? logs : {}).map(([name, text]) =>
      toText(`the ${name} log`, text ?? ''),
    ),
  ].filter(({ text }) => text.trim() !== '')
}

const toText = (source: string, text: string): UntrustedText => ({
  source,
  text,
  path: null,
  lineNumbers: null,
})

const readExcerpt = ({ path, from, lines }: Excerpt): UntrustedText => ({
  source: 'the code around the change',
  text: lines.join('\n'),
  path,
  lineNumbers: lines.map((_line, index) => from + index),
})

function readAddedLines({ path, hunks }: DiffFile): UntrustedText {
  const added = hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'added'))
  return {
    source: 'the change',
    text: added.map(({ text }) => text).join('\n'),
    path,
    lineNumbers: added.map(({ newLine }) => newLine ?? 0),
  }
}
