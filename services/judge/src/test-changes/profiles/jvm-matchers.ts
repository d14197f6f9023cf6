import { readCallChain } from '../call-chain.ts'
import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'

const equalNames =
  /^(?:assert|should)?_?(?:be|have)?(?:(?:Array|Iterable|Lines|Content|Json|Deep|Set|List|Map|Collection|Data|Structural)*Equals?(?:To)?\w*|Be|Is|Same(?:As|InstanceAs)?|isEqualTo\w*|isSameAs|isSameInstanceAs|isNull|Null|isTrue|isFalse|True|False|isEmpty|Empty|isBlank|isZero|containsExactly(?!InAny)\w*|ContainExactly(?!InAny)\w*|HaveSameHash\w*|isEqualByComparingTo|hasToString|hasMessage|hasValue|hasData|isWithin|of|isCloseTo|closeTo|isOk|isNotFound|isBadRequest|isCreated|isUnauthorized|isForbidden|isNoContent|comparesEqualTo|equalTo\w*|is|nullValue|empty|verifyComplete|expectComplete|expectNext|expectErrorMessage|statusCode|hasBeenCalledOnce|NoInteractions|NoMoreInteractions|ZeroInteractions|never|matchesSnapshot|assertJson|succeeds?|Approximately)$/i
const existNames =
  /^(?:assert|should)?_?(?:not_?be)?(?:NotNull|isNotNull|isNotEmpty|isNotBlank|NotEmpty|isNotZero|isPositive|isPresent|exists|notNullValue|any|anything|atLeastOnce|expectError|isNotNaN|isDone|Fails|Throws?Any|shouldThrowAny|ThrownBy|isError|notEmpty)$/i
const runNames =
  /^(?:DoesNotThrow|assertDoesNotThrow|doesNotThrowAnyException|shouldNotThrow\w*|assertThatNoException|shouldNotThrowAny|until|untilTrue)$/i

/** How much a matcher of JUnit, AssertJ, Truth, Hamcrest, Mockito or Kotest demands, by its name. */
export function rateMatcher(name: string): Strength {
  if (runNames.test(name)) return 'runs'
  if (existNames.test(name)) return 'exists'
  return equalNames.test(name.replace(/^(?:assert|should)/, '')) || equalNames.test(name)
    ? 'equal'
    : 'shape'
}

const anyError =
  /^(?:java\.lang\.|kotlin\.)?(?:Exception|Throwable|RuntimeException|Error)(?:::class(?:\.java)?|\.class)?$/

/** A certain type of error is an exact demand; the types that all errors have are not. */
export const rateError = (type: string): Strength =>
  type === '' || anyError.test(type) ? 'exists' : 'equal'

/** How far off a value may be: `0.01`, `within(0.01)`, `withPercentage(1)`, `Offset.offset(2)`. */
export function readTolerance(args: readonly string[]): number | null {
  for (const arg of args.toReversed()) {
    const call = readCallChain(arg).findLast(({ args: inner }) => inner !== null)
    if (
      call !== undefined &&
      /^(?:within|offset|byLessThan|withinPercentage|withPercentage)$/.test(call.name)
    ) {
      const value = readNumber(call.args?.[0] ?? '')
      const near = Math.abs(readNumber(args[0] ?? '') ?? 1)
      return value === null ? null : /ercentage/.test(call.name) ? (value / 100) * near : value
    }
  }
  return null
}
