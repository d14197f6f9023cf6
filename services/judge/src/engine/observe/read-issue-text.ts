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
    /** The moment as of which it is the text; later edits count from the next attempt on. */
    readonly at: Instant
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
 * Title and body are frozen at the issue's first attempt, as GitHub had them when that started, and
 * as the event that started it has them where GitHub cannot tell: the goal must not change during
 * an attempt. An edit counts from the next attempt on, except one by the author of the pull
 * request, who must not change what the work is judged by.
 */
export function readIssueText(input: IssueTextInput): IssueReading {
  const { loaded, repositoryContext, ownCopy, now } = input
  const current = getCurrentIssue(input)
  const url = loaded.run.claims.issueUrl ?? current?.url ?? loaded.issue?.url ?? null
  const frozenAt = loaded.issue?.frozenAt ?? null
  if (typeof ownCopy?.title === 'string' && typeof ownCopy.body === 'string') {
    const editedSince = describeEdit(current, frozenAt)
    const text = toIssueText(loaded, {
      ...{ title: ownCopy.title, body: ownCopy.body },
      ...{ url, editedSince },
    })
    return { text: known(text, now), freeze: null, fresh: false }
  }
  if (frozenAt !== null) return readFrozenText(input, url, frozenAt)
  if (repositoryContext.kind !== 'known')
    return { text: repositoryContext, freeze: null, fresh: false }
  const chosen = chooseText(loaded.run, current, now)
  if (chosen === null)
    return {
      text: notYet('the issue has no text that could be read', now),
      freeze: null,
      fresh: false,
    }
  const { title, body, source, at } = chosen
  const editedSince = describeEdit(current, at)
  const text = toIssueText(loaded, { title, body, url, editedSince })
  return {
    text: known(text, now),
    freeze: { title, body, url, digest: text.digest, source, at },
    fresh: true,
  }
}

interface ChosenText {
  readonly title: string
  readonly body: string
  readonly source: 'event' | 'github'
  readonly at: Instant
}

/**
 * GitHub's text, unless it was edited since the attempt started or there is no such issue; then the
 * event's. Without either, the prompt of the agent is all that is known of the goal.
 */
function chooseText(
  { claims, createdAt }: LoadedRun['run'],
  current: CurrentIssue,
  now: Instant,
): ChosenText | null {
  const { issueTitle, issueBody, prompt } = claims
  const start = claims.startedAt ?? createdAt
  const hasEventText = issueTitle !== null || issueBody !== null
  const isEdited = (current?.lastEdit?.at ?? start) > start
  if (current !== null && !(isEdited && hasEventText))
    return { title: current.title, body: current.body, source: 'github', at: now }
  if (hasEventText)
    return { title: issueTitle ?? '', body: issueBody ?? '', source: 'event', at: start }
  return prompt === null ? null : { title: '', body: prompt, source: 'event', at: now }
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
    const text = toIssueText(loaded, { title, body, url, editedSince: null })
    return {
      text: known(text, now),
      freeze: { title, body, url, digest: text.digest, source: 'github', at: now },
      fresh: change.kind === 'known',
    }
  }
  const text = toIssueText(loaded, {
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

const toIssueText = (
  { run: { claims } }: LoadedRun,
  of: Omit<IssueText, 'digest' | 'difference'>,
): IssueText => ({
  ...of,
  digest: hashJson({ title: of.title, body: of.body }),
  difference: describeDifference(claims, of),
})

/** Line ends and surrounding space are no difference: GitHub stores a text as it was typed. */
const normalize = (text: string): string => text.replaceAll('\r\n', '\n').trim()

function describeDifference(
  { issueTitle, issueBody }: LoadedRun['run']['claims'],
  { title, body }: Pick<IssueText, 'title' | 'body'>,
): string | null {
  const differing = [
    ...(issueTitle !== null && normalize(issueTitle) !== normalize(title) ? ['title'] : []),
    ...(issueBody !== null && normalize(issueBody) !== normalize(body) ? ['body'] : []),
  ]
  return differing.length === 0
    ? null
    : `The event that started the attempt tells another ${differing.join(' and another ')} of ` +
        'the issue. It does not count; the text that is shown here does.'
}

function describeEdit(issue: CurrentIssue, frozenAt: Instant | null): string | null {
  const edit = issue?.lastEdit
  if (!edit || frozenAt === null || edit.at <= frozenAt) return null
  const editor = edit.editor ?? 'an unknown user'
  return `edited by ${editor} at ${formatUtc(edit.at)}, after the text was frozen`
}
