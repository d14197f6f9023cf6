import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const readJava = (...lines: readonly string[]) =>
  summarizeFacts('src/test/java/ATest.java', lines.join('\n'))
const readKotlin = (...lines: readonly string[]) =>
  summarizeFacts('src/test/kotlin/ATest.kt', lines.join('\n'))
const inJava = (line: string) =>
  readJava('class ATest {', '@Test', 'void a() {', line, '}', '}').slice(2)
const inKotlin = (line: string) =>
  readKotlin('class ATest {', '@Test', 'fun a() {', line, '}', '}').slice(2)

test('tests and cases of Java are found by their annotations', () => {
  expect(
    readJava(
      'class CartTest {',
      '    @BeforeEach void setUp() { assertNotNull(cart); }',
      '    @ParameterizedTest',
      '    @ValueSource(strings = {"a", "b"})',
      '    void names(String name) { assertTrue(name.isEmpty()); }',
      '    void lost() { assertEquals(1, cart.size()); }',
      '    @Disabled("flaky") @Override void inherited() {}',
      '    private void help() {}',
      '}',
    ),
  ).toEqual([
    '1 suite CartTest',
    '2 exists: cart assertNotNull',
    '3 test names',
    '4 parameter "a"',
    '4 parameter "b"',
    '5 equal: name isEmpty',
    '6 test lost (not collected)',
    '6 shape: cart size assertEquals 1',
    '7 skip',
  ])
})

test.each([
  ['assertEquals(1.0, x, 0.5);', ['4 equal: x assertEquals 1.0 ±0.5']],
  ['assertThat(x).isNotNull();', ['4 exists: x isNotNull']],
  ['assertThat(x).hasSize(2).contains(a);', ['4 shape: x hasSize 2', '4 shape: x contains a']],
  [
    'assertThat(x).isCloseTo(2, withPercentage(50));',
    ['4 equal: x isCloseTo 2, withPercentage(50) ±1'],
  ],
  ['assertThat(x, is(equalTo(3)));', ['4 equal: x equalTo 3']],
  ['assertThrows(Late.class, () -> f());', ['4 equal: f() throws Late']],
  ['assertThrows(Exception.class, () -> f());', ['4 exists: f() throws Exception']],
  ['assertDoesNotThrow(() -> f());', ['4 runs: () -> f() assertDoesNotThrow']],
  ['verify(mail, times(2)).send(a);', ['4 equal: mail.send(a) verify times(2)']],
  ['verify(mail, atLeastOnce()).send(a);', ['4 exists: mail.send(a) verify atLeastOnce()']],
  ['await().until(() -> n.state() == JOINED);', ['4 equal: n.state() == JOINED']],
  ['assertTrue(true);', ['4 nothing: true true']],
  ['assertEquals(1, 1);', ['4 nothing: 1 assertEquals 1']],
  ['assertParses("1", 1);', ['4 equal: "1" assertParses 1']],
  ['if (x != 1) fail("x");', ['4 equal: x == 1']],
  ['if (x != 1) { System.err.println(x); }', ['4 equal: x == 1 (swallowed)']],
  ['if (x) { assertEquals(1, y); }', ['4 equal: y assertEquals 1 if x']],
  [
    'mvc.perform(get("/")).andExpect(status().isOk());',
    ['4 equal: mvc.perform(get("/")).andExpect(status().isOk()) andExpect status().isOk()'],
  ],
])('an assertion of Java: %s', (line, facts) => expect(inJava(line)).toEqual(facts))

test.each([
  ['assumeTrue(isLinux());', ['4 skip if not (isLinux()) (host)']],
  ['assumeTrue(false);', ['4 skip']],
  [
    'try { f(); } catch (Exception e) { }',
    ['4 swallow catch (Exception e) { }', '4 runs: f() runs (swallowed)'],
  ],
  [
    'try { assertEquals(1, x); } catch (AssertionError e) { log(e); }',
    [
      '4 equal: x assertEquals 1 (swallowed)',
      '4 swallow catch (AssertionError e) { log(e); }',
      '4 runs: assertEquals(1, x) runs (swallowed)',
    ],
  ],
  ['try { f(); fail("no"); } catch (Late e) { }', ['4 runs: this place not reached']],
  ['try { f.close(); } catch (Exception e) { }', []],
  ['// assertEquals(1, x);', ['4 commented assertEquals(1, x);']],
  ['System.exit(0);', ['4 process']],
  ['Outbox box = mock(Outbox.class);', ['4 mock Outbox']],
])('what keeps a failure of Java from counting: %s', (line, facts) =>
  expect(inJava(line)).toEqual(facts),
)

test.each([
  ['@Ignore("later")', ['3 skip']],
  ['@DisabledOnOs(OS.WINDOWS)', ['3 skip if @DisabledOnOs(OS.WINDOWS) (host)']],
  ['@Test(expected = Late.class)', ['3 equal: the test throws Late']],
  ['@RetryingTest(5)', ['3 retry 5']],
  ['@Tag("quarantine")', ['3 deselected']],
  ['@Timeout(5)', []],
])('an annotation: %s', (line, facts) =>
  expect(
    readJava('class ATest {', '@Test', line, 'void a() {}', '}')
      .slice(2)
      .map((fact) => fact),
  ).toEqual(facts),
)

test('a fragment of Java may begin within a method', () => {
  expect(
    readJava(
      '        assertEquals(1, x);',
      '    }',
      '',
      '    @Test',
      '    void b() {',
      '        assertEquals(2, y);',
    ),
  ).toEqual(['1 equal: x assertEquals 1', '4 test b', '6 equal: y assertEquals 2'])
})

test('a method that the end of a fragment cuts off may check something', () => {
  expect(
    readJava('    }', '', '    void lost() {', '        assertThatThrownBy(() -> f())'),
  ).toEqual(['3 test lost (not collected)'])
})

test.each([
  ['assertEquals(1, x)', ['4 equal: x assertEquals 1']],
  ['x shouldBe 1', ['4 equal: x shouldBe 1']],
  ['x.shouldBe(1)', ['4 equal: x shouldBe 1']],
  ['x shouldNotBe null', ['4 exists: x shouldNotBe null']],
  ['x shouldContainAll listOf(1)', ['4 shape: x shouldContainAll listOf(1)']],
  ['x shouldContainExactly listOf(1)', ['4 equal: x shouldContainExactly listOf(1)']],
  ['assertFailsWith<Late> { f() }', ['4 equal: f() throws Late']],
  ['shouldThrowAny { f() }', ['4 exists: f() throws']],
  ['assertIs<Text>(x)', ['4 shape: x assertIs Text']],
  ['verify(exactly = 1) { mail.send(a) }', ['4 equal: mail.send(a) verify exactly = 1']],
  ['runCatching { f() }', ['4 swallow runCatching { f() }', '4 runs: f() runs (swallowed)']],
  ['if (x) { y shouldBe 1 }', ['4 equal: y shouldBe 1 if x']],
])('an assertion of Kotlin: %s', (line, facts) => expect(inKotlin(line)).toEqual(facts))

test('tests of Kotlin are found by annotations and as specs', () => {
  expect(
    readKotlin(
      'class ATest {',
      '    @Test',
      '    @Ignore // see #1',
      '    fun `drops the oldest`() = runTest {',
      '        x shouldBe 1',
      '    }',
      '    fun `lost its mark`() { y shouldBe 2 }',
      '}',
      'class BSpec : StringSpec({',
      '    "adds".config(enabled = false) { z shouldBe 3 }',
      '    "!later" { z shouldBe 4 }',
      '})',
    ),
  ).toEqual([
    '1 suite ATest',
    '2 test drops the oldest',
    '3 skip',
    '5 equal: x shouldBe 1',
    '7 test lost its mark (not collected)',
    '7 equal: y shouldBe 2',
    '9 suite BSpec',
    '10 test adds',
    '10 skip',
    '10 equal: z shouldBe 3',
    '11 test later',
    '11 skip',
    '11 equal: z shouldBe 4',
  ])
})
