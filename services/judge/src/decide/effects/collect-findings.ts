import type { JudgeFinding } from '../../judge/judge-finding.ts'
import type { Situation } from '../situation.ts'
import { collectNotes } from './collect-notes.ts'
import { collectTestFindings } from './collect-test-findings.ts'

/**
 * Every finding of our own rules that the model is shown, in the order in which it reads them. The
 * one place where a rule adds its findings to the question.
 */
export const collectFindings = ({ facts, results, policy }: Situation): readonly JudgeFinding[] => [
  ...collectTestFindings(facts),
  ...collectNotes(results, policy.judge),
]
