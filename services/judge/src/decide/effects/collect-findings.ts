import type { JudgeFinding } from '../../judge/judge-finding.ts'
import type { Facts } from '../facts.ts'
import { collectTestFindings } from './collect-test-findings.ts'

/**
 * Every finding of our own rules that the model is shown, in the order in which it reads them. The
 * one place where a rule adds its findings to the question.
 */
export const collectFindings = (facts: Facts): readonly JudgeFinding[] => [
  ...collectTestFindings(facts),
]
