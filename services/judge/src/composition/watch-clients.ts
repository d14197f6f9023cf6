import { REVIEW_ACCOUNT } from '../adapters/github/examine.ts'
import type { ArtifactStore } from '../artifacts/port.ts'
import type { Dispatcher } from '../effects/dispatcher.ts'
import type { Messenger } from '../effects/messenger.ts'
import type { Github } from '../github/port.ts'
import type { Model } from '../judge/port.ts'
import type { CallWatch, WatchedCall } from '../lib/call-watch.ts'
import type { FailureScope } from '../lib/failure.ts'

/*
 * Clients whose calls are watched: they behave as before, and the state of their systems is known.
 */

type RepositoryCall<Input, Result> = (input: Input, signal: AbortSignal) => Promise<Result>

/** `reviewAccount`: whether reviews are requested with a token of their own. */
export function watchGithub(
  github: Github,
  watch: CallWatch,
  { reviewAccount }: { readonly reviewAccount: boolean },
): Github {
  const track =
    <Input extends { readonly repository: string }, Result>(
      call: WatchedCall,
      method: RepositoryCall<Input, Result>,
    ): RepositoryCall<Input, Result> =>
    (input, signal) =>
      watch.track({ ...call, ...toScopes(input.repository) }, signal, () => method(input, signal))
  const read = (operation: string): WatchedCall => ({ operation })
  const write = (operation: string): WatchedCall => ({ operation, writes: true })
  const asker = reviewAccount ? { account: REVIEW_ACCOUNT } : {}
  return {
    ...github,
    findPullRequest: track(read('findPullRequest'), github.findPullRequest),
    readSnapshot: track(read('readSnapshot'), github.readSnapshot),
    readRepositoryContext: track(read('readRepositoryContext'), github.readRepositoryContext),
    readRelation: track(read('readRelation'), github.readRelation),
    readDiff: track(read('readDiff'), github.readDiff),
    readFile: track(read('readFile'), github.readFile),
    readFileTexts: track(read('readFileTexts'), github.readFileTexts),
    readJobLog: track(read('readJobLog'), github.readJobLog),
    readCommitChecks: track(read('readCommitChecks'), github.readCommitChecks),
    readMergeBase: track(read('readMergeBase'), github.readMergeBase),
    setStatus: track(write('setStatus'), github.setStatus),
    findComment: track(read('findComment'), github.findComment),
    postComment: track({ ...write('postComment'), ...asker }, github.postComment),
    setCheckRun: track(write('setCheckRun'), github.setCheckRun),
    listComments: track(read('listComments'), github.listComments),
    readNewestComments: track(read('readNewestComments'), github.readNewestComments),
    createComment: track(write('createComment'), github.createComment),
    editComment: track(write('editComment'), github.editComment),
    reactToComment: track(write('reactToComment'), github.reactToComment),
    mayWrite: track(read('mayWrite'), github.mayWrite),
    readRunAttempt: track(read('readRunAttempt'), github.readRunAttempt),
    rerunFailedJobs: track(write('rerunFailedJobs'), github.rerunFailedJobs),
    rerequestSuite: track(write('rerequestSuite'), github.rerequestSuite),
  }
}

/** Access is granted by owner; a failure says itself how much of GitHub it is about. */
function toScopes(
  repository: string,
): Required<Pick<WatchedCall, 'scope' | 'object' | 'findFailedScope'>> {
  const object = repository.toLowerCase()
  const [owner = object] = object.split('/')
  const scopes: Readonly<Record<FailureScope, string | null>> = {
    system: null,
    owner,
    repository: object,
  }
  return { scope: owner, object, findFailedScope: (scope) => scopes[scope] }
}

export const watchStore = (store: ArtifactStore, watch: CallWatch): ArtifactStore => ({
  describe: store.describe,
  open: (bucket, key, signal) =>
    watch.track({ operation: 'open', scope: bucket }, signal, () =>
      store.open(bucket, key, signal),
    ),
  list: (bucket, prefix, max, signal) =>
    watch.track({ operation: 'list', scope: bucket }, signal, () =>
      store.list(bucket, prefix, max, signal),
    ),
})

export const watchModel = (model: Model, name: string, watch: CallWatch): Model => ({
  ask: (request) =>
    watch.track({ operation: 'ask', scope: name }, request.signal, () => model.ask(request)),
})

export const watchDispatcher = (dispatcher: Dispatcher, watch: CallWatch): Dispatcher => ({
  submit: (input, signal) =>
    watch.track({ operation: 'submit' }, signal, () => dispatcher.submit(input, signal)),
})

export function watchMessenger(messenger: Messenger, watch: CallWatch): Messenger {
  const toCall = (operation: string, { channelId }: { readonly channelId: string }) => ({
    operation,
    scope: `channel ${channelId}`,
  })
  return {
    send: (input, signal) =>
      watch.track(toCall('send', input), signal, () => messenger.send(input, signal)),
    find: (input, signal) =>
      watch.track(toCall('find', input), signal, () => messenger.find(input, signal)),
    edit: (input, signal) =>
      watch.track(toCall('edit', input), signal, () => messenger.edit(input, signal)),
  }
}
