import { pluralize } from '../lib/text.ts'
import type { Question } from './question.ts'
import { toOneLine } from './untrusted-text.ts'

/** A fault of the service because of which a run is given up. */
export interface FaultText {
  /** `owner/name#n`, or `unknown#?`. */
  readonly label: string
  /** What failed, masked. */
  readonly message: string
  readonly times: number
  readonly isOverdue: boolean
}

/** Why the run ended, as its reason text. */
export function explainFault({ message, times, isOverdue }: FaultText): string {
  const overdue = isOverdue ? ', and its deadline has passed' : ''
  return (
    `The service failed ${pluralize(times, 'time')} in a row when it reconciled this run` +
    `${overdue}: ${toOneLine(message, 300).replace(/\.$/, '')}. The agent's work was not judged.`
  )
}

/** The question that asks a person to fix the service and to resume the run. */
export const buildFaultQuestion = ({ label }: FaultText): Question => ({
  type: 'manual',
  question: toOneLine(
    `The service cannot reconcile ${label} because of a fault of its own. Its log has the details. ` +
      'Is the fault fixed?',
    1_000,
  ),
  options: [
    { id: 'resume', text: 'Yes: collect the evidence and judge again.' },
    { id: 'accept', text: 'No, but the change is good: accept it as it is.' },
    { id: 'close', text: 'Close the run and do nothing more.' },
  ],
  recommendation: 'resume',
})
