import { create, toBinary } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import { CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import type { DispatchTask } from '../../decide/effect.ts'
import type { Instant } from '../../lib/instant.ts'
import type { ReviewContext } from '../../text/review-context.ts'

/** The version of the task fields that this service writes. */
const METADATA_VERSION = 1

/**
 * The protobuf bytes of a task, the same for the same arguments. Lone surrogates are replaced,
 * because protobuf strings must be well-formed.
 */
export function encodeTask(task: DispatchTask, issuedAt: Instant): Uint8Array<ArrayBuffer> {
  const message = create(CodexTaskSchema, {
    stage: CodexTaskStage.IMPLEMENTATION,
    prompt: task.prompt.toWellFormed(),
    repository: task.repository,
    base: task.base,
    head: task.head,
    issueNumber: BigInt(task.issueNumber),
    issueUrl: task.issueUrl,
    issueTitle: task.issueTitle.toWellFormed(),
    issueBody: task.issueBody.toWellFormed(),
    sender: task.sender,
    issuedAt: timestampFromMs(issuedAt),
    deliveryId: task.deliveryId,
    metadataVersion: METADATA_VERSION,
    iteration: task.ordinal,
    ...(task.reviewContext === null
      ? {}
      : { reviewContext: encodeReviewContext(task.reviewContext) }),
    ...(task.iterations === null ? {} : { iterations: encodeIterations(task.iterations) }),
    ...(task.iterationCycle === null ? {} : { iterationCycle: task.iterationCycle }),
    ...(task.autonomous === null ? {} : { autonomous: task.autonomous }),
  })
  return toBinary(CodexTaskSchema, message)
}

const encodeReviewContext = (context: ReviewContext) => ({
  ...(context.summary === null ? {} : { summary: context.summary.toWellFormed() }),
  reviewThreads: context.threads.map(({ summary, url, author }) => ({
    summary: summary.toWellFormed(),
    url,
    author,
  })),
  failingChecks: context.failingChecks.map((check) => ({
    ...check,
    details: check.details.toWellFormed(),
  })),
  additionalNotes: context.notes.map((note) => note.toWellFormed()),
})

const encodeIterations = ({
  mode,
  count,
  min,
  max,
  stopOn,
  reason,
}: NonNullable<DispatchTask['iterations']>) => ({
  mode,
  stopOn: [...stopOn],
  reason,
  ...(count === null ? {} : { count }),
  ...(min === null ? {} : { min }),
  ...(max === null ? {} : { max }),
})
