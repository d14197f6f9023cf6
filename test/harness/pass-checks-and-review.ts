import type { PullRef } from '../world/github/state.ts'
import type { World } from '../world/world.ts'

/** CI of the pull request's head succeeds, and the Codex review of that commit has no findings. */
export function passChecksAndReview(github: World['github'], pull: PullRef): void {
  github.checks(pull).succeed('unit')
  github.codexReviews(pull, [])
}
