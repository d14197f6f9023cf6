import { Fault } from '../api/fault.ts'
import { formatDuration } from './format.ts'

/** A fault in words: what happened and what it means, and what to do. */
export interface FaultText {
  readonly title: string
  readonly advice: string
  /** What the page offers to do about it. */
  readonly remedy: 'retry' | 'sign_in' | null
}

/** What a person reads instead of an answer that did not come. */
export function describeFault(error: Error): FaultText {
  if (!(error instanceof Fault))
    return {
      title: 'This part of the page failed.',
      advice: 'The rest of the page still works. Try again, or load the page again.',
      remedy: 'retry',
    }
  switch (error.kind) {
    case 'unreachable':
      return {
        title: 'The service does not answer.',
        advice: 'What is shown may be old. It is asked again by itself.',
        remedy: 'retry',
      }
    case 'signed_out':
      return {
        title: 'You are not signed in, or your session has ended.',
        advice: 'Sign in to go on where you were; what you wrote is kept in this browser.',
        remedy: 'sign_in',
      }
    case 'forbidden':
      return {
        title: "This needs an operator's token.",
        advice: `${error.message} Sign in as an operator to act.`,
        remedy: 'sign_in',
      }
    case 'missing':
      return {
        title: 'What you look for does not exist.',
        advice: 'It may have been removed after the time for which runs are kept.',
        remedy: null,
      }
    case 'conflict':
      return { title: 'Someone was faster.', advice: error.message, remedy: 'retry' }
    case 'invalid':
      return { title: 'The service cannot use this.', advice: error.message, remedy: null }
    case 'busy': {
      const seconds = error.retryAfterSeconds ?? 4
      return {
        title: 'The service is busy.',
        advice: `Try again in ${formatDuration(seconds)}.`,
        remedy: 'retry',
      }
    }
    case 'broken':
      return {
        title: 'The service failed to answer.',
        advice: `${error.message} Its log says why.`,
        remedy: 'retry',
      }
  }
}
