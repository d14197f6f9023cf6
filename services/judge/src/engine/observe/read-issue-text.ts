import type { Change, IssueText } from '../../gates/gate.ts'
import type { RepositoryContext } from '../../github/snapshot.ts'
import { hashJson } from '../../lib/ids.ts'
import { formatUtc, type Instant } from '../../lib/instant.ts'
import { type Known, known, notYet } from '../../lib/known.ts'
import type { LoadedRun } from './load-run.ts'

/** The issue's text by which this attempt is judged, and what the commit stores of it. */
export interface IssueReading {
  readonly text: Known<IssueText>
  /** To be stored as the issue's frozen text; null: it is frozen already, or not known yet. */
  readonly freeze: {
    readonly title: string
    readonly body: string
    readonly url: string | null
    readonly digest: string
    readonly source: 'event' | 'github'
  } | null
  /** True if this run's own copy is to be stored: it is judged by that copy from then on. */
  readonly fresh: boolean
}

interface IssueTextInput {
  readonly loaded: LoadedRun
  readonly repositoryContext: Known<RepositoryContext>
  readonly change: Known<Change>
  /** This run's own copy, stored by an earlier reconciliation. */
  readonly ownCopy: Readonly<Record<string, unknown>> | null
  readonly now: Instant
}

/**
 * Title and body are frozen at the issue's first attempt, from the event that started it, otherwise
 * from GitHub: the goal must not change during an attempt. An edit counts from the next attempt on,
 * except one by the author of the pull request, who must not change what the work is judged by.
 */
export function readIssueText(input: IssueTextInput): IssueReading {
  const { loaded, repositoryContext, ownCopy, now } = input
  const current = getCurrentIssue(input)
  const url = loaded.run.claims.issueUrl ?? current?.url ?? loaded.issue?.url ?? null
  const frozenAt = loaded.issue?.frozenAt ?? null
  if (typeof ownCopy?.title === 'string' && typeof ownCopy.body === 'string') {
    const editedSince = describeEdit(current, frozenAt)
    const text = toIssueText({ title: ownCopy.title, body: ownCopy.body, url, editedSince })
    return { text: known(text, now), freeze: null, fresh: false }
  }
  if (frozenAt !== null) return readFrozenText(input, url, frozenAt)
  const { issueTitle, issueBody, prompt } = loaded.run.claims
  if (issueTitle !== null || issueBody !== null)
    return freezeText({ title: issueTitle ?? '', body: issueBody ?? '', url, source: 'event' }, now)
  if (current)
    return freezeText({ title: current.title, body: current.body, url, source: 'github' }, now)
  if (repositoryContext.kind !== 'known')
    return { text: repositoryContext, freeze: null, fresh: false }
  // GitHub has no such issue, so the prompt of the agent is all that is known of the goal.
  if (prompt !== null) return freezeText({ title: '', body: prompt, url, source: 'event' }, now)
  return {
    text: notYet('the issue has no text that could be read', now),
    freeze: null,
    fresh: false,
  }
}

type CurrentIssue = RepositoryContext['issue']

const getCurrentIssue = ({ repositoryContext }: IssueTextInput): CurrentIssue =>
  repositoryContext.kind === 'known' ? repositoryContext.value.issue : null

/** The frozen text, or the text of an edit that counts, which is then frozen instead. */
function readFrozenText(
  input: IssueTextInput,
  url: string | null,
  frozenAt: Instant,
): IssueReading {
  const { loaded, repositoryContext, change, now } = input
  const current = getCurrentIssue(input)
  const author =
    change.kind === 'known' && change.value.kind === 'pull_request'
      ? change.value.pullRequest.author.login
      : null
  const edit = current?.lastEdit
  if (current && edit && edit.at > frozenAt && edit.editor !== null && edit.editor !== author) {
    const { title, body } = current
    const text = toIssueText({ title, body, url, editedSince: null })
    return {
      text: known(text, now),
      freeze: { title, body, url, digest: text.digest, source: 'github' },
      fresh: change.kind === 'known',
    }
  }
  const text = toIssueText({
    title: loaded.issue?.title ?? '',
    body: loaded.issue?.body ?? '',
    url,
    editedSince: describeEdit(current, frozenAt),
  })
  // Whether an edit counts depends on the author, so the copy is stored once the author is known.
  return {
    text: known(text, now),
    freeze: null,
    fresh: change.kind === 'known' && repositoryContext.kind === 'known',
  }
}

function freezeText(
  of: { title: string; body: string; url: string | null; source: 'event' | 'github' },
  now: Instant,
): IssueReading {
  const text = toIssueText({ ...of, editedSince: null })
  return { text: known(text, now), freeze: { ...of, digest: text.digest }, fresh: true }
}

const toIssueText = (of: Omit<IssueText, 'digest'>): IssueText => ({
  ...of,
  digest: hashJson({ title: of.title, body: of.body }),
})

function describeEdit(issue: CurrentIssue, frozenAt: Instant | null): string | null {
  const edit = issue?.lastEdit
  if (!edit || frozenAt === null || edit.at <= frozenAt) return null
  const editor = edit.editor ?? 'an unknown user'
  return `edited by ${editor} at ${formatUtc(edit.at)}, after the text was frozen`
}
