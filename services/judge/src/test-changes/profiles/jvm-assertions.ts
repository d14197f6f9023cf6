import { collapseSpace } from '../../lib/text.ts'
import { type ChainLink, readCallChain } from '../call-chain.ts'
import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import { rateError, rateMatcher, readTolerance } from './jvm-matchers.ts'
import { rateHelper } from './rate-helper.ts'
import { type Demand, readDemands } from './read-demands.ts'

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

/** JUnit, TestNG, AssertJ, Truth, Hamcrest, Mockito, MockK, Strikt, assertk, Reactor, MockMvc. */
export function readJvmCall(text: string): readonly Demand[] {
  const typed = /^(?:\w+\.)*\w+<([^<>()]*(?:<[^<>]*>)?)>\s*[({]/.exec(text)?.[1]?.trim() ?? null
  const links = readCallChain(text.replace(/(\w)<[\w\s,.?*<>:]+>(?=\s*[({])/g, '$1'))
  const start = links.findIndex(({ name }) => fluentPattern.test(name))
  const subject = links[start]
  if (subject !== undefined && subject.args !== null)
    return readFluent(subject, links.slice(start + 1))
  const first = links.findIndex(({ name }) => /^(?:co)?[vV]erify\w*$/.test(name))
  const verify = links[first]
  if (verify !== undefined && first <= 1) return readVerify(verify, links.slice(first + 1), text)
  const last = links.find(({ name }) => freePattern.test(name)) ?? null
  if (last !== null && links.indexOf(last) <= 2) return readFree(last, typed, text)
  return readSteps(links, text)
}

const fluentPattern =
  /^(?:assertThat\w*|assertWithMessage|assertAbout|expectThat|expectThrows|expectCatching)$/
const modifierPattern =
  /^(?:as|describedAs|withFailMessage|overridingErrorMessage|using\w*|extracting\w*|asInstanceOf|asString|asList|first|last|element|singleElement|and|that|it|which|withMessageFormat|in|get|map|filteredOn|flatExtracting|rootCause|cause|prop|extractingResultOf|usingRecursiveComparison|ignoring\w*|withRepresentation|asserting)$/

function readFluent(start: ChainLink, rest: readonly ChainLink[]): readonly Demand[] {
  const [subject = '', matcher] = start.args ?? []
  if (matcher !== undefined && /^[\w.]+\(/.test(matcher)) return [readHamcrest(subject, matcher)]
  if (matcher !== undefined && rest.length === 0) return readDemands(matcher, true)
  const calls = rest.filter(({ name, args }) => args !== null && !modifierPattern.test(name))
  const thrown = /ThrownBy|Throws|ExceptionOfType|Code$/.test(start.name)
  return calls.map(({ name, args }, index) => {
    const [expected = null] = args ?? []
    const type = /^(?:is(?:Exactly)?InstanceOf|isInstanceOfAny|isA)$/.test(name)
    const strength =
      thrown && type ? rateError(expected ?? '') : rateFluent(name, subject, args ?? [])
    const within = name === 'of' ? readNumber(calls[index - 1]?.args?.[0] ?? '') : null
    const tolerance = within ?? readTolerance(args ?? [])
    const all = args === null || args.length === 0 ? null : args.join(', ')
    return {
      ...plain,
      subject,
      matcher: name,
      expected: all,
      negated: /^(?:isNot|doesNot|not)/.test(name),
      strength,
      tolerance,
    }
  })
}

function rateFluent(name: string, subject: string, args: readonly string[]): Strength {
  const [first] = args
  if (constantPattern.test(subject)) return 'nothing'
  if (first !== undefined && first === subject && !first.includes('(')) return 'nothing'
  const truth = name === 'isTrue' ? true : name === 'isFalse' ? false : null
  if (truth !== null) return weakest(readDemands(subject, truth))
  return rateMatcher(name)
}

const weakest = (demands: readonly Demand[]): Strength => demands[0]?.strength ?? 'exists'
const constantPattern = /^(?:true|false|null|-?\d[\d.]*|"[^"]*")$/

function readHamcrest(subject: string, matcher: string): Demand {
  const negated = /^(?:\w+\.)?not\(/.test(matcher)
  const links = readCallChain(matcher)
  const call = links.findLast(({ args }) => args !== null)
  const inner = /^(?:is|not)$/.test(call?.name ?? '')
    ? /^[\w.]+\(/.exec(call?.args?.[0] ?? '')
    : null
  if (
    inner !== null &&
    call?.args?.[0] !== undefined &&
    /^(?:\w+\.)?[a-z]\w*\(/.test(call.args[0])
  ) {
    const nested = readHamcrest(subject, call.args[0])
    const known =
      rateMatcher(nested.matcher) !== 'shape' ||
      /^(?:contains|has|greater|less|starts|ends|any|all|every|instanceOf)/.test(nested.matcher)
    if (known)
      return {
        ...nested,
        negated: nested.negated !== negated,
        strength: negated ? 'shape' : nested.strength,
      }
  }
  const name = call?.name ?? matcher
  const expected = call?.args?.join(', ') ?? null
  const tolerance = name === 'closeTo' ? readNumber(call?.args?.at(-1) ?? '') : null
  const strength = negated ? 'shape' : name === 'notNullValue' ? 'exists' : rateMatcher(name)
  return { ...plain, subject, matcher: name, expected, negated, strength, tolerance }
}

/** `verify(mock, times(2)).send(a)` of Mockito, `verify(exactly = 2) { mock.send(a) }` of MockK. */
function readVerify(
  verify: ChainLink,
  rest: readonly ChainLink[],
  text: string,
): readonly Demand[] {
  const { name, args } = verify
  if (/^verify(?:No|Zero)\w+$|^confirmVerified$/.test(name))
    return [{ ...plain, subject: (args ?? []).join(', '), matcher: name, strength: 'equal' }]
  if (!/^(?:co)?[vV]erify(?:All|Order|Sequence)?$/.test(name)) return []
  const block = /\{([\s\S]*)\}\s*$/.exec(text)?.[1]
  const mockk = block !== undefined && rest.length === 0
  const call = rest.find(({ args: called }) => called !== null)
  if (!mockk && call === undefined) return []
  const mode = (mockk ? args : args?.slice(1))?.join(', ') ?? ''
  const subject = mockk
    ? collapseSpace(block)
    : `${args?.[0] ?? ''}.${call?.name ?? ''}(${call?.args?.join(', ') ?? ''})`
  const open = /\bany\w*\(|\bArgumentMatchers\b|\bargThat\(/.test(subject)
  const strength: Strength = open
    ? 'shape'
    : /atLeastOnce|atLeast(?:\(|\s*=\s*)1\b/.test(mode)
      ? 'exists'
      : /atLeast|atMost|only/.test(mode)
        ? 'shape'
        : 'equal'
  return [
    {
      ...plain,
      subject,
      matcher: 'verify',
      expected: mode === '' ? null : mode,
      strength: mockk && mode === '' ? 'exists' : strength,
    },
  ]
}

const freePattern =
  /^(?:assert(?!That|k$|Softly$|All$)[A-Z]\w*|fail|should(?:Throw|NotThrow)\w*|check[A-Z]\w*|expect[A-Z]\w+|ensure[A-Z]\w*|verify[A-Z]\w*)$/
/** A name that no library has is one of a helper. */
const rateFreeName = (name: string): Strength => {
  const strength = rateMatcher(name)
  return strength === 'shape' ? rateHelper(name) : strength
}

const expectedFirst =
  /^assert(?:Not)?(?:(?:Array|Iterable|Lines)?Equals|Same|InstanceOf|ContentEquals)$/
/** Only these look at nothing but their arguments: a helper calls the program with them. */
const comparing =
  /^assert(?:Not)?(?:(?:Array|Iterable|Content)?Equals|Same|LinesMatch|Null|InstanceOf)$/

function readFree(
  { name, args }: ChainLink,
  typed: string | null,
  text: string,
): readonly Demand[] {
  const [first = '', second, third] = args ?? []
  if (name === 'fail') return []
  if (/^(?:assertTrue|assertFalse)$/.test(name)) {
    // kotlin.test takes a block, too.
    const block = first === '' ? (/\{([\s\S]*)\}\s*$/.exec(text)?.[1] ?? '') : first
    return readDemands(block.replace(/^"[^"]*",?/, ''), name === 'assertTrue')
  }
  if (
    /^(?:assert(?:Throws|Fails|FailsWith|ThrowsExactly)|shouldThrow\w*|expectThrows)$/.test(name)
  ) {
    const type = typed ?? (name === 'assertFails' || name === 'shouldThrowAny' ? '' : first)
    const block = /\{([\s\S]*)\}\s*$/.exec(text)?.[1] ?? second ?? ''
    const subject = collapseSpace(block)
      .replace(/^\(\)\s*->\s*/, '')
      .slice(0, 300)
    return [
      {
        ...plain,
        subject,
        matcher: 'throws',
        expected: type.replace(/(?:\.class|::class(?:\.java)?)$/, ''),
        strength: rateError(type),
      },
    ]
  }
  if (typed !== null && /^assertI(?:s|nstanceOf)/.test(name))
    return [{ ...plain, subject: first, matcher: name, expected: typed, strength: 'shape' }]
  const swap = expectedFirst.test(name) && second !== undefined
  const subject = swap ? second : first
  const expected = swap ? first : (second ?? null)
  const same = first === second && !first.includes('(')
  const constant =
    constantPattern.test(first) && (second === undefined || constantPattern.test(second))
  const strength: Strength =
    comparing.test(name) && (same || constant)
      ? 'nothing'
      : /^assertNot(?:Equals|Same)/.test(name)
        ? 'shape'
        : rateFreeName(name)
  const delta = /Equals$/.test(name) ? readNumber(third ?? '') : null
  return [
    {
      ...plain,
      subject,
      matcher: name,
      expected,
      negated: /^assertNot(?!Null)/.test(name),
      strength,
      tolerance: delta,
    },
  ]
}

/** Steps of a longer chain: `.andExpect(...)`, `.statusCode(200)`, `.expectNext(1)`. */
function readSteps(links: readonly ChainLink[], text: string): readonly Demand[] {
  const head = collapseSpace(text.split('\n')[0] ?? '')
  const reactive = links.some(({ name }) => name === 'StepVerifier')
  const rest = links.some(({ name, args }) => name === 'then' && args?.length === 0)
  const client = links.some(({ name }) => name === 'expectStatus' || name === 'expectBody')
  const waits = links.some(({ name }) => name === 'await' || name === 'given')
  return links.flatMap(({ name, args }, index): readonly Demand[] => {
    if (args === null) return []
    // `expectStatus()` alone demands nothing: what follows does.
    const step =
      /^andExpect\w*$/.test(name) ||
      (/^expect(?:Status|Body|Header|BodyList)$/.test(name) && index === links.length - 1) ||
      (client && /^(?:is\w+|value\w*|jsonPath|json|contentType\w*|hasSize)$/.test(name)) ||
      (reactive && /^(?:expect|verify|consume|assertNext)\w*$/.test(name) && name !== 'verify') ||
      (rest && /^(?:statusCode|body|header|contentType|cookie)$/.test(name)) ||
      (waits && /^until(?!Asserted)\w*$/.test(name))
    if (!step) return []
    const expected = args.join(', ')
    const awaited = name === 'until' ? /^\(\)\s*->\s*([^;{}]+)$/.exec(expected)?.[1] : undefined
    if (awaited !== undefined) return readDemands(awaited, true)
    const strength: Strength = name.startsWith('until')
      ? 'exists'
      : /^expectError$/.test(name) && expected === ''
        ? 'exists'
        : /any\w*\(|exists\(|notNullValue/.test(expected)
          ? 'exists'
          : rateMatcher(name) === 'shape' && /andExpect|body/.test(name)
            ? 'equal'
            : rateMatcher(name)
    return [
      {
        ...plain,
        subject: head,
        matcher: name,
        expected: expected === '' ? null : expected,
        strength,
      },
    ]
  })
}

const infixPattern = /^(?:should\w*|shouldNot\w*)$/

/** `value shouldBe expected` and `value.shouldBe(expected)` of Kotest. */
export function readKotest(subject: string, name: string, argument: string): readonly Demand[] {
  if (!infixPattern.test(name)) return []
  const expected = argument === '' ? null : argument
  const negated = /^shouldNot/.test(name)
  const base = { ...plain, subject, matcher: name, expected, negated }
  if (/^shouldNot(?:Be)?$/.test(name) && /^null$|^beNull\(/.test(argument))
    return [{ ...base, strength: 'exists' }]
  if (/^shouldNotBe(?:Null|Empty|Blank)$/.test(name)) return [{ ...base, strength: 'exists' }]
  if (negated) return [{ ...base, strength: 'shape' }]
  const constant = constantPattern.test(subject) && (expected === null || expected === subject)
  const tolerance = readNumber(
    /\bplusOrMinus\s+([\d.e-]+)|\+-\s*([\d.e-]+)/.exec(argument)?.[1] ?? '',
  )
  return [{ ...base, tolerance, strength: constant ? 'nothing' : rateKotest(name, argument) }]
}

function rateKotest(name: string, argument: string): Strength {
  if (/^should(?:Be)?$/.test(name) && /^(?:be)?\w+\(/.test(argument) && name === 'should')
    return rateMatcher(readCallChain(argument)[0]?.name ?? '')
  if (
    /^shouldBe(?:Equal\w*|Exactly|Empty|Null|True|False|Zero|SameInstanceAs|Equivalent\w*|Success|Failure|Present|Absent)?$/.test(
      name,
    )
  )
    return 'equal'
  return /^should(?:ContainExactly|Have(?:SameContents|SameStructure)\w*|Equal\w*|MatchJson|EqualJson|Throw\w*)$/.test(
    name,
  )
    ? 'equal'
    : 'shape'
}
