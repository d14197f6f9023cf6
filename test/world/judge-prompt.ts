export interface ParsedPrompt {
  readonly requirements: readonly { readonly number: number; readonly text: string }[]
  /** The numbered edits of tests that the model is asked about. */
  readonly testEdits: readonly { readonly number: number; readonly text: string }[]
  /** The added lines of the diff in the prompt. */
  readonly added: readonly { readonly path: string; readonly line: number; readonly text: string }[]
}

/**
 * Reads the numbered requirements and the added lines, as a model has to; of a change without any
 * line, those of git's header. It leaves out blank lines and lone brackets if there are others,
 * because they prove nothing.
 */
export function parseJudgePrompt(user: string): ParsedPrompt {
  const mark = /"<<<(data-[0-9a-f]+) label"/.exec(user)?.[1] ?? ''
  const part = (label: string): readonly string[] => {
    const from = user.indexOf(`<<<${mark} ${label}\n`)
    const to = user.indexOf(`\n${mark}>>>`, from)
    return from < 0 || to < 0 ? [] : user.slice(from, to).split('\n').slice(1)
  }
  const readNumbered = (label: string) =>
    part(label).flatMap((line) => {
      const [, number, text] = /^(\d+)\. (.*)$/.exec(line) ?? []
      return number === undefined ? [] : [{ number: Number(number), text: text ?? '' }]
    })
  const [requirements, testEdits] = [readNumbered('requirements'), readNumbered('test edits')]
  const added: { path: string; line: number; text: string }[] = []
  const headers: typeof added = []
  let path = ''
  for (const line of part('diff')) {
    path = /^=== (.+?)(?: \(from .+\))?: [a-z]+(?:, binary)?, \+\d+ -\d+$/.exec(line)?.[1] ?? path
    const [, number, text] = /^\+ *(\d+)\| (.*)$/.exec(line) ?? []
    if (/^(?:new mode|rename to) /.test(line)) headers.push({ path, line: 1, text: line })
    if (number !== undefined && text !== undefined && text.trim() !== '')
      added.push({ path, line: Number(number), text })
  }
  const withWords = added.filter(({ text }) => /\w{3}/.test(text))
  const proofs = withWords.length > 0 ? withWords : added
  return { requirements, testEdits, added: proofs.length > 0 ? proofs : headers }
}
