import { collapseSpace } from '../../lib/text.ts'
import { splitArguments, stripQuotes } from '../call-chain.ts'
import type { MarkFact, RetryFact } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import { isFactOfHost } from './host-fact.ts'
import { rateError } from './jvm-matchers.ts'
import type { Demand } from './read-demands.ts'

/** An annotation as written: `@Test(timeout = 10)` has the name `Test` and one argument. */
export interface Annotation {
  readonly name: string
  readonly args: readonly string[]
  readonly text: string
  readonly line: number
  readonly endLine: number
}

/** Reads one annotation of Java or Kotlin; qualified names lose their packages. */
export function parseAnnotation(text: string, line: number, endLine: number): Annotation {
  const [, name = '', inner = ''] = /^@(?:\w+:)?([\w.]+)(?:\(([\s\S]*)\))?$/.exec(text.trim()) ?? []
  const short = name.slice(name.lastIndexOf('.') + 1)
  return { name: short, args: splitArguments(inner), text: collapseSpace(text), line, endLine }
}

const testNames =
  /^(?:\w*Test(?:Factory|Template)?|Property|Theory|Scenario|Example|Benchmark|ArchTest)$/
const setupNames = /^(?:Before|After|Setup|TearDown|Rule|Bean|Provides|DataProvider)\w*$/

/** Whether a method with these annotations is run as a test. */
export const isTestMethod = (annotations: readonly Annotation[]): boolean =>
  annotations.some(({ name }) => testNames.test(name))

export const isSetup = (annotations: readonly Annotation[]): boolean =>
  annotations.some(({ name }) => setupNames.test(name))

/** Whether an annotation keeps its test from running, whatever the machine. */
export const isSwitchedOff = (annotation: Annotation): boolean =>
  readAnnotation(annotation).some(
    (fact) => fact.kind === 'mark' && fact.mark === 'skip' && fact.condition === null,
  )

const leftOutTags = /^(?:quarantined?|manual|nightly|disabled|broken|flaky|skip\w*|wip|slow)$/i

/** What an annotation does to its test: it skips, retries or deselects it. */
export function readAnnotation(annotation: Annotation): readonly (MarkFact | RetryFact)[] {
  const { name, args, text, line, endLine } = annotation
  const create = (mark: MarkFact['mark'], condition: string | null): readonly MarkFact[] => {
    const reason = findArgument(annotation, 'disabledReason') ?? ''
    const aboutHost = condition !== null && isFactOfHost(condition, reason)
    return [{ kind: 'mark', mark, condition, aboutHost, text, line, endLine }]
  }
  if (/^(?:Disabled|Ignore|Ignored|Skip|DoNotRun|Pending|NotWorking)$/.test(name))
    return create('skip', null)
  if (/^(?:Disabled|Enabled|Ignore|Skip|RunOn)(?:If|On|For|Unless|In|Except)\w*$/.test(name))
    return create('skip', text)
  if (name === 'Test' && findArgument(annotation, 'enabled') === 'false')
    return create('skip', null)
  if (/^(?:ExpectedToFail|NotYetImplemented|KnownFailure|ExpectFailure)$/.test(name))
    return create('expected_failure', null)
  if (
    /^(?:Tag|Tags|Category|Group)$/.test(name) &&
    args.some((arg) => leftOutTags.test(stripQuotes(arg)))
  )
    return create('deselected', null)
  const retries =
    /^(?:RetryingTest|Retry|RetryTest|Flaky|FlakyTest|RetryOnFailure|RepeatedIfExceptionsTest|RerunFailing)$/
  if (!retries.test(name)) return []
  const counts = args.map((arg) => readNumber(arg.slice(arg.indexOf('=') + 1)))
  const count = counts.find((value) => value !== null) ?? 2
  return [{ kind: 'retry', count, text, line, endLine }]
}

function findArgument({ args }: Annotation, key: string): string | null {
  const found = args.find((arg) => new RegExp(`^${key}\\s*=`).test(arg))
  return found === undefined ? null : found.slice(found.indexOf('=') + 1).trim()
}

/** `@Test(expected = X.class)` demands an error of the whole method. */
export function readExpected(annotation: Annotation): readonly Demand[] {
  const type =
    findArgument(annotation, 'expected') ?? findArgument(annotation, 'expectedExceptions')
  if (type === null) return []
  const plain = { negated: false, tolerance: null, condition: null } as const
  const expected = type.replace(/\.class$|::class$/, '')
  return [{ ...plain, subject: 'the test', matcher: 'throws', expected, strength: rateError(type) }]
}
