import { shortenSha } from '../../lib/text.ts'
import type { WaitKind } from '../../run/run.ts'
import { describeTimeout } from '../../text/next-step.ts'
import type { BlockerView } from '../http/run-page-schemas.ts'
import type { WaitingView } from '../http/run-schemas.ts'
import { type BlockerInput, createCard } from './blocker-input.ts'

/** One card for each thing that an open run waits for, the one that decides first in front. */
export const buildWaits = (input: BlockerInput): readonly BlockerView[] =>
  input.waiting.map((wait, index) => buildWait(wait, index, input))

interface WaitWords {
  readonly title: (commit: string) => string
  readonly owner: BlockerView['owner']
  /** What counts as an answer. */
  readonly counts: string
}

const service = { kind: 'service', name: 'the service' } as const
const readable = 'That it can be read; it is tried again by itself.'

const words: Readonly<Record<WaitKind, WaitWords>> = {
  completion: {
    title: () => 'The end of the workflow',
    owner: { kind: 'agent', name: 'the agent' },
    counts: 'A finished workflow: succeeded, failed, or in error.',
  },
  pull_request: {
    title: () => 'A pull request',
    owner: { kind: 'agent', name: 'the agent' },
    counts: "An open pull request of the run's branch.",
  },
  commit: {
    title: () => 'The commit on GitHub',
    owner: { kind: 'agent', name: 'the agent' },
    counts: 'That the reported commit is part of the pull request.',
  },
  mergeability: {
    title: () => "GitHub's answer whether it merges",
    owner: service,
    counts: "GitHub's own check of the merge.",
  },
  ci: {
    title: (commit) => `CI of ${commit}`,
    owner: { kind: 'ci', name: 'CI' },
    counts: 'That every check of exactly this commit has ended, and every required one exists.',
  },
  review: {
    title: (commit) => `The review of ${commit}`,
    owner: { kind: 'reviewer', name: 'the reviewer' },
    counts: 'An approval or a 👍 for exactly this commit, with no open thread.',
  },
  github: { title: () => "GitHub's answer", owner: service, counts: readable },
  artifacts: { title: () => 'The artifacts of the run', owner: service, counts: readable },
  policy: { title: () => "The repository's policy", owner: service, counts: readable },
  issue: { title: () => "The issue's text", owner: service, counts: readable },
  judge: {
    title: (commit) => `The verdict about ${commit}`,
    owner: { kind: 'service', name: 'the judge' },
    counts: 'A valid answer of a model, whose quotes hold.',
  },
  citations: { title: () => 'The files that the judge cites', owner: service, counts: readable },
  code: { title: () => 'The code around the change', owner: service, counts: readable },
}

const isWaitKind = (what: string): what is WaitKind => Object.hasOwn(words, what)

function buildWait(wait: WaitingView, index: number, input: BlockerInput): BlockerView {
  const { run } = input
  const what = isWaitKind(wait.what) ? wait.what : 'github'
  const { title, owner, counts } = words[what]
  const commit = run.commitSha === null ? 'the commit' : shortenSha(run.commitSha)
  return createCard({
    id: `wait:${wait.what}`,
    kind: 'wait',
    title: title(commit),
    text: [wait.because, ...wait.items.map(({ text }) => text)].join('\n'),
    owner: nameOwner(owner, wait),
    url: wait.items.find(({ url }) => url !== null)?.url ?? null,
    since: wait.since,
    until: wait.deadline,
    commitSha: run.commitSha,
    usualSeconds: index === 0 ? (run.wait?.usualSeconds ?? null) : null,
    counts,
    asked: describeRequest(what, input),
    afterwards: describeTimeout(what, wait.items.length > 0),
  })
}

/** A review waits for someone with a name. */
const nameOwner = (owner: BlockerView['owner'], { items }: WaitingView): BlockerView['owner'] =>
  owner.kind === 'reviewer' && items.length === 1 && items[0] !== undefined
    ? { ...owner, name: items[0].text }
    : owner

function describeRequest(
  what: WaitKind,
  { requestedReviewAt, rerunAt }: BlockerInput,
): string | null {
  if (what === 'review' && requestedReviewAt !== null)
    return `A review was requested at ${requestedReviewAt}.`
  return what === 'ci' && rerunAt !== null
    ? `The failed checks were run again at ${rerunAt}.`
    : null
}
