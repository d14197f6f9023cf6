import type { PostedComment } from '../../github/port.ts'
import type { Instant } from '../../lib/instant.ts'
import { normalizeLogin } from '../../lib/text.ts'
import { type JudgeCommand, parseCommand } from '../../text/judge-command.ts'

/** A comment that tells the service to do something. */
export interface CommandComment {
  readonly id: number
  readonly login: string
  readonly command: JudgeCommand
}

export interface PostedQuestion {
  /** When it was asked. A comment that counted for an earlier question is recorded, and no answer. */
  readonly askedAt: Instant
  /** The account that asked. */
  readonly asker: string
}

/** More commands under one question are not looked at: each costs a request. */
const MAX_COMMANDS = 20

/**
 * The comments that may answer a question, oldest first: those of people, written after it was
 * asked and never edited. Whether the author may answer is another question.
 */
export function findCommands(
  comments: readonly PostedComment[],
  { askedAt, asker }: PostedQuestion,
): readonly CommandComment[] {
  return comments
    .filter(
      ({ author, createdAt, edited }) =>
        createdAt >= askedAt &&
        // An edited comment may say what its author did not mean, or another account wrote.
        !edited &&
        !author.bot &&
        author.login !== 'ghost' &&
        normalizeLogin(author.login) !== normalizeLogin(asker),
    )
    .toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
    .flatMap(({ id, author, body }) => {
      const command = parseCommand(body)
      return command === null ? [] : [{ id, login: author.login, command }]
    })
    .slice(0, MAX_COMMANDS)
}
