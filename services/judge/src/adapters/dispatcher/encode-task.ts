import { create, toBinary } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import { CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import type { ReviewContext, Task } from '../../decide/effect.ts'
import type { Instant } from '../../lib/instant.ts'

/** The version of the task's fields that we write. */
const metadataVersion = 1

/**
 * The bytes of one task, the same for the same arguments. Protobuf strings must be well-formed, so
 * lone surrogates are replaced.
 */
export function encodeTask(task: Task, issuedAt: Instant): Uint8Array<ArrayBuffer> {
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
    metadataVersion,
    iteration: task.ordinal,
    ...(task.reviewContext === null ? {} : { reviewContext: contextOf(task.reviewContext) }),
    ...(task.iterations === null ? {} : { iterations: iterationsOf(task.iterations) }),
    ...(task.iterationCycle === null ? {} : { iterationCycle: task.iterationCycle }),
    ...(task.autonomous === null ? {} : { autonomous: task.autonomous }),
  })
  return toBinary(CodexTaskSchema, message)
}

const contextOf = (context: ReviewContext) => ({
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

const iterationsOf = ({
  mode,
  count,
  min,
  max,
  stopOn,
  reason,
}: NonNullable<Task['iterations']>) => ({
  mode,
  stopOn: [...stopOn],
  reason,
  ...(count === null ? {} : { count }),
  ...(min === null ? {} : { min }),
  ...(max === null ? {} : { max }),
})
