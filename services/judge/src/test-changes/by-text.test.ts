import { expect, test } from 'vitest'
import { parseDiff } from '../diff/parse-diff.ts'
import { readTextFacts } from './by-text.ts'
import { findTestChanges } from './find-test-changes.ts'

function edit(path: string, lines: readonly string[]): string {
  const count = (signs: string) => lines.filter((line) => signs.includes(line[0] ?? '')).length
  return [
    `diff --git a/${path} b/${path}`,
    'index 1111111..2222222 100644',
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${count(' -')} +1,${count(' +')} @@`,
    ...lines,
    '',
  ].join('\n')
}
const list = (path: string, lines: readonly string[]) =>
  findTestChanges(parseDiff(edit(path, lines)), new Map()).map(
    ({ answer, kind }) => `${answer} ${kind}`,
  )

test.each<readonly [string, string, readonly string[], string]>([
  [
    'a skipped example of RSpec',
    'spec/a_spec.rb',
    [" it 'adds' do", "+  skip 'flaky'", '   expect(add(1, 2)).to eq(3)', ' end'],
    'skip_added',
  ],
  [
    'xit',
    'spec/a_spec.rb',
    ["-it 'adds' do", "+xit 'adds' do", '   expect(add(1, 2)).to eq(3)', ' end'],
    'skip_added',
  ],
  [
    'a focus of RSpec',
    'spec/a_spec.rb',
    ["-it 'adds' do", "+fit 'adds' do", '   expect(add(1, 2)).to eq(3)', ' end'],
    'focus_added',
  ],
  [
    'a looser matcher of RSpec',
    'spec/a_spec.rb',
    [" it 'adds' do", '-  expect(add(1, 2)).to eq(3)', '+  expect(add(1, 2)).to be_truthy', ' end'],
    'assertion_loosened',
  ],
  [
    'a removed assertion of Minitest',
    'test/a_test.rb',
    [' def test_add', '   x = add(1, 2)', '-  assert_equal 3, x', ' end'],
    'assertion_removed',
  ],
  [
    'a deleted test of Minitest',
    'test/a_test.rb',
    [
      ' class ATest',
      '-  def test_add',
      '-    assert_equal 3, add(1, 2)',
      '-  end',
      '   def test_sub',
      '     assert_equal 1, sub(2, 1)',
      '   end',
      ' end',
    ],
    'test_deleted',
  ],
  [
    'a skipped test of PHPUnit',
    'tests/ATest.php',
    [
      '     public function testAdd(): void',
      '     {',
      "+        $this->markTestSkipped('later');",
      '         $this->assertSame(3, add(1, 2));',
      '     }',
    ],
    'skip_added',
  ],
  [
    'a looser assertion of PHPUnit',
    'tests/ATest.php',
    [
      '     public function testAdd(): void',
      '     {',
      '-        $this->assertSame(3, $sum);',
      '+        $this->assertNotNull($sum);',
      '     }',
    ],
    'assertion_loosened',
  ],
  [
    'a skipped fact of xUnit',
    'test/AddTests.cs',
    [
      '-    [Fact]',
      '+    [Fact(Skip = "flaky")]',
      '     public void Adds()',
      '     {',
      '         Assert.Equal(3, Add(1, 2));',
      '     }',
    ],
    'skip_added',
  ],
  [
    'a removed assertion of NUnit',
    'test/AddTests.cs',
    [
      '     [Test]',
      '     public void Adds()',
      '     {',
      '         var sum = Add(1, 2);',
      '-        Assert.AreEqual(3, sum);',
      '     }',
    ],
    'assertion_removed',
  ],
  [
    'a deleted fact of xUnit',
    'test/AddTests.cs',
    [
      '-    [Fact]',
      '-    public void Adds()',
      '-    {',
      '-        Assert.Equal(3, Add(1, 2));',
      '-    }',
      '     [Fact]',
      '     public void Subtracts()',
      '     {',
      '         Assert.Equal(1, Sub(2, 1));',
      '     }',
    ],
    'test_deleted',
  ],
  [
    'a skipped test of GoogleTest',
    'tests/add_test.cc',
    [' TEST(Add, Small) {', '+  GTEST_SKIP() << "broken";', '   EXPECT_EQ(add(1, 2), 3);', ' }'],
    'skip_added',
  ],
  [
    'a disabled test of GoogleTest',
    'tests/add_test.cc',
    ['-TEST(Add, Small) {', '+TEST(Add, DISABLED_Small) {', '   EXPECT_EQ(add(1, 2), 3);', ' }'],
    'skip_added',
  ],
  [
    'a looser assertion of GoogleTest',
    'tests/add_test.cc',
    [' TEST(Add, Small) {', '-  EXPECT_EQ(add(1, 2), 3);', '+  EXPECT_TRUE(add(1, 2));', ' }'],
    'assertion_loosened',
  ],
  [
    'a wider tolerance',
    'tests/add_test.cc',
    [
      ' TEST(Add, Small) {',
      '-  EXPECT_NEAR(add(1, 2), 3, 0.001);',
      '+  EXPECT_NEAR(add(1, 2), 3, 0.5);',
      ' }',
    ],
    'tolerance_widened',
  ],
  [
    'a removed assertion of XCTest',
    'Tests/AddTests.swift',
    ['   func testAdd() {', '     let sum = add(1, 2)', '-    XCTAssertEqual(sum, 3)', '   }'],
    'assertion_removed',
  ],
  [
    'a skipped test of ExUnit',
    'test/add_test.exs',
    ['+  @tag :skip', '   test "adds" do', '     assert add(1, 2) == 3', '   end'],
    'skip_added',
  ],
  [
    'a skipped test of bats',
    'test/cli.bats',
    [
      ' @test "prints the version" {',
      '+  skip "later"',
      '   run cli --version',
      '   [ "$status" -eq 0 ]',
      ' }',
    ],
    'skip_added',
  ],
  [
    'a removed assertion of bats',
    'test/cli.bats',
    [
      ' @test "prints the version" {',
      '   run cli --version',
      '-  [ "$status" -eq 0 ]',
      '   echo done',
      ' }',
    ],
    'assertion_removed',
  ],
  [
    'an assertion in a comment',
    'spec/a_spec.rb',
    [" it 'adds' do", '-  expect(add(1, 2)).to eq(3)', '+  # expect(add(1, 2)).to eq(3)', ' end'],
    'commented_out',
  ],
  [
    'an assertion that is always true',
    'test/a_test.rb',
    [' def test_add', '-  assert_equal 3, add(1, 2)', '+  assert true', ' end'],
    'always_true',
  ],
  [
    'a looser pattern of ExUnit',
    'test/user_test.exs',
    [
      '   test "creates" do',
      '-    assert {:error, :taken} = create("a")',
      '+    assert {:error, _} = create("a")',
      '   end',
    ],
    'assertion_loosened',
  ],
  [
    'a looser matcher of Dart',
    'test/add_test.dart',
    [
      "   test('adds', () {",
      '-    expect(add(1, 2), equals(3));',
      '+    expect(add(1, 2), isNotNull);',
      '   });',
    ],
    'assertion_loosened',
  ],
  [
    'a looser assertion of Busted',
    'spec/add_spec.lua',
    [
      '   it("adds", function()',
      '-    assert.are.equal(3, add(1, 2))',
      '+    assert.is_truthy(add(1, 2))',
      '   end)',
    ],
    'assertion_loosened',
  ],
  [
    'a looser assertion of Perl',
    't/basic.t',
    [' use Test::More;', "-is(add(1, 2), 3, 'adds');", "+ok(add(1, 2), 'adds');", ' done_testing;'],
    'assertion_loosened',
  ],
  [
    'a broken test of Julia',
    'test/runtests.jl',
    [
      ' @testset "add" begin',
      '-    @test add(1, 2) == 3',
      '+    @test_broken add(1, 2) == 3',
      ' end',
    ],
    'expected_failure',
  ],
  [
    'a skipped test of testthat',
    'tests/testthat/test-add.R',
    [' test_that("adds", {', '+  skip("not now")', '   expect_equal(add(1, 2), 3)', ' })'],
    'skip_added',
  ],
  [
    'any error of RSpec',
    'spec/a_spec.rb',
    [
      " it 'fails' do",
      '-  expect { add(nil) }.to raise_error(TypeError)',
      '+  expect { add(nil) }.to raise_error',
      ' end',
    ],
    'assertion_loosened',
  ],
])('%s is a loss', (_name, path, lines, kind) => {
  const found = list(path, lines)
  expect(found).toContain(`weakened ${kind}`)
})

test.each<readonly [string, string, readonly string[]]>([
  [
    'a skip where a tool is missing',
    'test/cli.bats',
    [
      ' @test "uses docker" {',
      '+  command -v docker || skip "docker is not installed"',
      '   run cli up',
      '   [ "$status" -eq 0 ]',
      ' }',
    ],
  ],
  [
    'a skip on one system',
    'spec/a_spec.rb',
    [
      " it 'adds' do",
      "+  skip 'no fork' if RUBY_PLATFORM =~ /windows/",
      '   expect(add(1, 2)).to eq(3)',
      ' end',
    ],
  ],
  [
    'a new test',
    'test/a_test.rb',
    [' class ATest', '+  def test_sub', '+    assert_equal 1, sub(2, 1)', '+  end', ' end'],
  ],
  [
    'a stricter matcher',
    'spec/a_spec.rb',
    [" it 'adds' do", '-  expect(add(1, 2)).to be_truthy', '+  expect(add(1, 2)).to eq(3)', ' end'],
  ],
  [
    'a helper that gets another name',
    'test/add_test.exs',
    [
      '   test "adds" do',
      '-    x = setup(1)',
      '+    x = build(1)',
      '     assert add(x, 2) == 3',
      '   end',
    ],
  ],
  [
    'a prose comment',
    'spec/a_spec.rb',
    [
      " it 'adds' do",
      '+  # the sum is expected to be small',
      '   expect(add(1, 2)).to eq(3)',
      ' end',
    ],
  ],
  [
    'a suffix of a number',
    'tests/vec_test.cpp',
    [' TEST(Vec, Push) {', '-  EXPECT_EQ(v.size(), 1);', '+  EXPECT_EQ(v.size(), 1u);', ' }'],
  ],
  [
    'a match that becomes an assertion',
    'test/user_test.exs',
    [
      '   test "creates" do',
      '-    {:ok, user} = create("a")',
      '+    assert {:ok, user} = create("a")',
      '     assert user.name == "a"',
      '   end',
    ],
  ],
  [
    'a value from a factory',
    'spec/user_spec.rb',
    [
      "   it 'is valid' do",
      "-    user = User.new(name: 'a')",
      '+    user = build(:user)',
      '     expect(user).to be_valid',
      '   end',
    ],
  ],
])('%s is no loss', (_name, path, lines) => {
  expect(list(path, lines).filter((text) => text.startsWith('weakened'))).toEqual([])
})

test('a test spans its body and its attributes', () => {
  const text = [
    '[Fact]',
    'public void Adds()',
    '{',
    '    Assert.Equal(3, x);',
    '}',
    'void Help() {}',
  ]
  const lines = text.map((line, index) => ({ text: line, number: index + 1, changed: false }))
  expect(readTextFacts(lines).map(({ kind, line, endLine }) => [kind, line, endLine])).toEqual([
    ['case', 1, 5],
    ['assertion', 4, 4],
  ])
})
