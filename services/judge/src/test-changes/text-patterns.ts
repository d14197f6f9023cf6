import type { Strength } from './fact.ts'

/** The opening of a test or a suite; its groups are the alternatives of its name. */
export interface CasePattern {
  readonly pattern: RegExp
  readonly level: 'suite' | 'test'
}

const quoted = String.raw`\(?\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')`

/** How languages without a profile open tests and suites, whichever language it is. */
export const casePatterns: readonly CasePattern[] = [
  {
    // RSpec, Minitest, Pest, ExUnit, Dart, Busted, hspec, ScalaTest, testthat, shellspec
    pattern: new RegExp(
      String.raw`^\s*(?:x|f|p)?(?:it|test|specify|example|scenario|testWidgets|property|test_that|should|Scenario|Example)\b\s*${quoted}`,
    ),
    level: 'test',
  },
  {
    pattern: new RegExp(
      String.raw`^\s*(?:x|f|p|RSpec\.)?(?:describe|context|group|feature|testset|suite|Describe|Context)\b\s*${quoted}`,
    ),
    level: 'suite',
  },
  { pattern: /^\s*(?:x|f|RSpec\.)?(?:describe|context)\s+([A-Z][\w:]*)/, level: 'suite' },
  { pattern: /^\s*@test\s+"([^"]+)"/, level: 'test' },
  { pattern: /^\s*@testset\s+"([^"]+)"/, level: 'suite' },
  { pattern: /^\s*subtest\s+["']([^"']+)["']/, level: 'test' },
  {
    pattern:
      /^\s*(?:(?:public|private|protected|static|final|async|override|internal)\s+)*(?:function|func|def)\s+(test\w*)/,
    level: 'test',
  },
  { pattern: /^\s*(?:function\s+)?(test_?\w+)\s*\(\)\s*\{/, level: 'test' },
  { pattern: /^\s*(?:static\s+)?void\s+(test_?\w+)\s*\(/, level: 'test' },
  {
    pattern:
      /^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|TEST_CASE_METHOD|BOOST_FIXTURE_TEST_CASE|BOOST_AUTO_TEST_CASE|START_TEST|TEST_METHOD|IUTEST|Test)\s*\(\s*([\w:, ]+?)\s*\)/,
    level: 'test',
  },
  {
    pattern: new RegExp(
      String.raw`^\s*(?:TEST_CASE|SCENARIO|TEMPLATE_TEST_CASE|SECTION|SUBCASE)\s*${quoted}`,
    ),
    level: 'test',
  },
  { pattern: /^\s*\(deftest\s+(?:\^\S+\s+)*([\w?!*-]+)/, level: 'test' },
  { pattern: /^\s*Scenario(?: Outline)?:\s*(.+)$/, level: 'test' },
]

/** A method is a test where an attribute before it says so. */
export const testAttribute =
  /^\s*(?:\[(?:\w+\.)*(?:Fact|Theory|Test|TestMethod|TestCase|TestCaseSource|DataTestMethod|SkippableFact)\b|#\[(?:\w+\\)*Test\b|@Test\b|\*?\s*@test\b)/
export const attribute = /^\s*(?:\[\w[^\]]*\]\s*$|\[\w.*\)\]\s*$|#\[.*\]\s*$|@\w+(?:\s|\(|$)|\*)/
export const methodPattern =
  /^\s*(?:@\w+(?:\([^)]*\))?\s+|\[[^\]]*\]\s*)*(?:(?:public|private|protected|internal|static|async|override|virtual|final|mutating)\s+)*(?:[\w<>?[\],.]+\s+)?(?:func|function|fun|def)?\s*([A-Za-z_]\w*)\s*\(/

/** Verbs of assertions by how much they demand; the first that matches counts. */
export const assertionVerbs: readonly (readonly [Strength, RegExp])[] = [
  [
    'nothing',
    /\b(?:assert|assertTrue|Assert\.(?:True|IsTrue)|assert_true|EXPECT_TRUE|ASSERT_TRUE|XCTAssertTrue|XCTAssert|expect_true|(?<![:\w])ok(?=\s*\()|REQUIRE|CHECK)\s*\(?\s*(?:true|TRUE|1|1 == 1|True)\b\s*[),;]?\s*(?:["'].*)?$|\bexpect\(true\)|\bAssert\.Pass\b|#expect\(true\)/,
  ],
  [
    'exists',
    /\bexpect\(.*,\s*(?:isNotNull|isTrue|isFalse|isNotEmpty|anything)\b|\bassert\.(?:is_)?(?:truthy|falsy|not_nil|is_not_nil|not\.is_nil)|\bto raise_error\s*$|\bassert_raises?\s*(?:do|\{)|\.toThrow\(\)|_ANY_THROW\b|Assert\.ThrowsAny|expectException\(\\?(?:Throwable|Exception)::|\bThrow<Exception>\(|\bassert_raise\(?\s*(?:StandardError|Exception)\b/,
  ],
  [
    'runs',
    /\b(?:assert_nothing_raised|assertDoesNotThrow|(?:EXPECT|ASSERT)_NO_THROW|XCTAssertNoThrow|REQUIRE_NOTHROW|CHECK_NOTHROW|BOOST_CHECK_NO_THROW|expect_no_error|expectNotToPerformAssertions|addToAssertionCount|Assert\.DoesNotThrow\w*|returnsNormally)\b|\bnot_to raise_error|\.NotThrow\w*\(/,
  ],
  [
    'shape',
    /\bexpect\(.*,\s*(?:isA|contains|greaterThan|lessThan|closeTo|hasLength|startsWith|matches|isNot)\b|\bassert\.(?:has|matches|is_(?:table|string|number|function))\b|\bshould be (?:>|<|a\b)/,
  ],
  [
    'equal',
    /\b(?:assert(?:\.(?:are\.)?(?:equals?|same)|_\w+_equal)|assert_(?:equal|same|nil|empty|raises|raise|enqueued_with|difference)|refute_equal|assert(?:Equals|Same|NotSame|Null|Exception|JsonStringEqualsJsonString|DatabaseHas|Json|ExactJson|Status)|Assert\.(?:Equal|AreEqual|Same|AreSame|StrictEqual|Equivalent|Throws\w*|Null|IsNull|Empty|Single)|(?:EXPECT|ASSERT)_(?:EQ|STREQ|FLOAT_EQ|DOUBLE_EQ|THROW)|(?:CHECK|REQUIRE)_(?:EQ|THROWS_AS|EQUAL)|BOOST_(?:CHECK|REQUIRE|TEST)_EQUAL|TEST_ASSERT_EQUAL\w*|ck_assert_\w+_eq|XCTAssert(?:Equal|Identical|Nil|ThrowsError)|expect_(?:equal|identical|error|snapshot)|assert_raise|assert_received|is_deeply|results_eq|set_eq|throws_ok|assert_output(?! --)|assert_line(?! --)|expectException\w*|throwsA|thrown\?|should(?:Be|Equal|Throw|contain exactly))\b|\.Should\(\)\.(?:Be|Equal|BeEquivalentTo|BeNull|BeEmpty|Throw\w*)\(|\.(?:to|toBe|toEqual|toMatchArray|toThrow)\(|\bto (?:eq|eql|equal|be|match_array|contain_exactly|have_attributes|raise_error|change)\b|\bshould (?:eq|eql|equal|be ==|===)|\bmust_equal\b|(?:^|\s)(?:is|cmp_ok)\s*\(|expect\([^()]*(?:\([^()]*\))?[^()]*,\s*(?:equals\(|[\w'"[{])|\(is \(=|\bassert_eq\b/,
  ],
  [
    'shape',
    /\b(?:assert_(?:match|includes|instance_of|kind_of|in_delta|in_epsilon|operator|respond_to|select|redirected_to|response|output --|line --)|assert(?:Contains|StringContainsString|Count|InstanceOf|GreaterThan\w*|LessThan\w*|MatchesRegularExpression|RegExp|ArrayHasKey|EqualsWithDelta|NotEquals|See\w*|StringStartsWith)|Assert\.(?:Contains|DoesNotContain|IsType|IsAssignableFrom|InRange|Matches|StartsWith|EndsWith|NotEqual|AreNotEqual|IsInstanceOf\w*|Greater\w*|Less\w*|All|Collection|That)|(?:EXPECT|ASSERT)_(?:NE|LT|LE|GT|GE|NEAR|THAT|DEATH|STRNE)|(?:CHECK|REQUIRE)_(?:THAT|THROWS|GE|GT|LE|LT|NE)|BOOST_(?:CHECK|REQUIRE)_(?:CLOSE|GE|GT|LE|LT|NE)|XCTAssert(?:NotEqual|GreaterThan\w*|LessThan\w*)|expect_(?:match|length|type|s3_class|gt|lt|gte|lte|named|contains)|assert_in_delta|(?:un)?like(?=\s*\()|isa_ok|can_ok|must_(?:include|match|be_kind_of))\b|\.Should\(\)\.\w+|\bto (?:include|match|start_with|end_with|be_an?|be_within|be_between|have|respond_to|satisfy|contain)|\bto be [<>]|\.to(?:Contain|Match|HaveCount|HaveLength|BeInstanceOf|BeGreaterThan|BeLessThan|HaveKey)\w*\(|assert_output --|assert_line --|should (?:include|contain|startWith|have|be (?:>|<|a))/,
  ],
  [
    'exists',
    /\b(?:assert(?:True|False|NotNull|NotEmpty|Empty|NotFalse|Ok|Successful)?|assert_(?:not_nil|predicate|not|true|false|success|failure|file_exist\w*|present|receive)|refute\w*|flunk|Assert\.(?:True|False|NotNull|IsTrue|IsFalse|IsNotNull|NotEmpty|IsNotEmpty)|(?:EXPECT|ASSERT)_(?:TRUE|FALSE)|REQUIRE(?:_FALSE)?|CHECK(?:_FALSE)?|BOOST_(?:CHECK|REQUIRE|TEST)|TEST_ASSERT\w*|ck_assert\w*|XCTAssert(?:True|False|NotNil)?|XCTUnwrap|expect_(?:true|false|silent)|assert_or_fail|(?<![:\w])ok(?=\s*\()|use_ok|must_be\w*)\b|\bto (?:be_\w+|exist|receive|have_received)|\.to(?:BeTrue|BeFalse|BeTruthy|NotBeNull|BeDefined|Exist)\w*\(|#expect\(|#require\(|^\s*@test\s|\(is\b|^\s*\[\[? .* \]\]?(?:\s*$|\s*\|\|\s*(?:return|exit|fail))|\brun_assert\b/,
  ],
]

export interface MarkPattern {
  readonly mark: 'skip' | 'focus' | 'expected_failure' | 'deselected'
  readonly pattern: RegExp
}

/** How tests are skipped, focused, or expected to fail. */
export const markPatterns: readonly MarkPattern[] = [
  {
    mark: 'focus',
    pattern:
      /^\s*f(?:it|describe|context|example|specify)\b|\bfocus:\s*true|,\s*:focus\b|@tag\s+:focus|->only\(|\bsolo:\s*true|\.only\(/,
  },
  {
    mark: 'expected_failure',
    pattern:
      /^\s*pending\b(?!\s*[=.])|\bpending:\s*|XCTExpectFailure|@test_broken|\[!shouldfail\]|\[!mayfail\]|withKnownIssue|Assert\.ThrowsKnown/,
  },
  {
    mark: 'skip',
    pattern:
      /^\s*skip(?:_test)?\b(?!\s*[=.:])|^\s*x(?:it|describe|context|example|specify|scenario|test)\b|\bskip:\s*(?:true|['"])|,\s*:skip\b|@(?:module)?tag\s+(?::skip|skip:)|markTestSkipped|markTestIncomplete|->skip\(|->todo\(|\bSkip\s*=\s*"|\[(?:\w+\.)*(?:Ignore|Explicit|Skip)\b|Assert\.(?:Ignore|Inconclusive|Skip)\b|GTEST_SKIP|\bDISABLED_\w+|XCTSkip\b|XCTSkip(?:If|Unless)\b|\.disabled\(|TEST_IGNORE|\bSKIP\s*\(|@test_skip|\btest\.skip\b|^\s*ignore\s*\(|"\[\.\]|\[\.\w*\]"|BOOST_.*disabled\(\)|^\s*@(?:wip|ignore|skip|disabled)\b|\bSkip(?:\.If|\.IfNot)?\(/,
  },
  { mark: 'deselected', pattern: /^\s*#\s*bats\s+test_tags=.*\b(?:manual|skip)\b/ },
]

/** A check or a test in a comment. */
export const commentPattern = /^\s*(?:#(?!\[|expect|require)|\/\/|--|;;|%)\s?(.*)$/

/** An error that is caught and dropped, or an exit code that is. */
export const swallowPattern =
  /\brescue\s*(?:=>\s*\w+\s*)?(?:;\s*)?(?:nil\s*)?(?:end)?\s*$|\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}|\|\|\s*(?:true|:)\s*$|^\s*set \+e\b/
/** An exit that ends the tests as passed. */
export const exitPattern =
  /^\s*(?:exit\s*\(?0\)?|exit!|System\.exit\(0\)|_exit\(0\)|std::exit\(0\))\s*;?$/
