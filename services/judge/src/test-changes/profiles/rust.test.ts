import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const read = (...lines: readonly string[]) => summarizeFacts('tests/a.rs', lines.join('\n'))
const inTest = (line: string) => read('#[test]', 'fn a() {', line, '}').slice(1)

test('tests, cases and what an attribute does to them are found', () => {
  expect(
    read(
      '#[cfg(test)]',
      'mod tests {',
      '    /// Flaky on Windows.',
      '    #[tokio::test]',
      '    #[cfg(not(windows))]',
      '    async fn moves() { assert!(done()); }',
      '    #[rstest]',
      '    #[case(1, 2)]',
      '    #[case(3, 4)]',
      '    #[ignore = "slow"]',
      '    fn pairs(#[case] a: u32, #[case] b: u32) { assert_eq!(a, b); }',
      '    fn lost() { assert_ne!(x(), 1); }',
      '    fn help(n: u32) {}',
      '}',
    ),
  ).toEqual([
    '2 suite tests',
    '4 test moves',
    '5 build_tag if not(windows)',
    '6 exists: done() done',
    '7 test pairs',
    '8 parameter 1, 2',
    '9 parameter 3, 4',
    '10 skip',
    '11 equal: a assert_eq b',
    '12 test lost (not collected)',
    '12 shape: x() assert_ne 1',
  ])
})

test.each([
  ['#[cfg(unix)]', ['2 build_tag if unix (host)']],
  ['#[cfg(feature = "strict")]', ['2 build_tag if feature = "strict"']],
  ['#[cfg_attr(miri, ignore)]', ['2 skip if miri (host)']],
  ['#[should_panic]', ['2 exists: the test panics']],
  [
    '#[should_panic(expected = "late")]',
    ['2 exists: the test panics', '2 shape: the message of the panic panics with "late"'],
  ],
])('an attribute: %s', (line, facts) =>
  expect(read('#[test]', line, 'fn a() {}').slice(1)).toEqual(facts),
)

test.each([
  ['assert_eq!(f(), Err(Late));', ['3 equal: f() assert_eq Err(Late)']],
  ['assert_eq!(1, f());', ['3 equal: f() assert_eq 1']],
  ['assert!(f().is_err());', ['3 exists: f() is_err']],
  ['assert!(matches!(f(), Err(Error::Late)));', ['3 equal: f() matches Err(Error::Late)']],
  ['assert!((f() - 1.0).abs() < 0.5, "was {}", f());', ['3 equal: (f() - 1.0).abs() < 0.5 ±0.5']],
  [
    'assert_relative_eq!(f(), 2.0, max_relative = 0.1);',
    ['3 equal: f() assert_relative_eq 2.0 ±0.1'],
  ],
  ['insta::assert_snapshot!(f(), @"recorded");', ['3 equal: f() assert_snapshot @"recorded"']],
  ['let want = str!["a [..]"];', ['3 shape: the expected output str "a [..]"']],
  ['if f() != 1 { panic!("no"); }', ['3 equal: f() == 1']],
  ['if f() != 1 { eprintln!("no"); }', ['3 equal: f() == 1 (swallowed)']],
  ['let _ = catch_unwind(|| { assert_eq!(f(), 1); });', ['3 equal: f() assert_eq 1 (swallowed)']],
  ['let r = catch_unwind(|| { assert_eq!(f(), 1); });', ['3 equal: f() assert_eq 1']],
  ['if let Err(e) = f() { panic!("{e}"); }', ['3 shape: f() matches Err(e)']],
  ['match f() { Ok(_) => {} Err(e) => panic!("{e}") }', ['3 runs: Err(e) not reached if Err(e)']],
  [
    'match f() { Err(e) => assert_eq!(e, 1), Ok(_) => panic!("no") }',
    ['3 equal: e assert_eq 1', '3 runs: Ok(_) not reached if Ok(_)'],
  ],
  ['cmd.assert().success().stdout("a");', ['3 exists: cmd success', '3 equal: cmd stdout "a"']],
  ['tester.expect_pr_approved(1).await;', ['3 equal: tester expect_pr_approved 1']],
  ['assert_that!(f(), eq(1));', ['3 equal: f() assert_that eq(1)']],
  ['assert_that(f()).is_equal_to(1);', ['3 equal: f() is_equal_to 1']],
  ['check! { assert_eq!(f(), 1); }', ['3 equal: f() assert_eq 1']],
  ['if x { assert_eq!(f(), 1); }', ['3 equal: f() assert_eq 1 if x']],
  ['f().unwrap();', []],
])('an assertion: %s', (line, facts) => expect(inTest(line)).toEqual(facts))

test('properties of proptest are tests', () => {
  expect(
    read(
      'proptest! {',
      '    #[test]',
      '    fn holds(a in 0..9) { prop_assert_eq!(f(a), a); }',
      '}',
    ),
  ).toEqual(['2 test holds', '3 equal: f(a) prop_assert_eq a'])
})

test('a return before the checks, checks in a comment, and checks in an example', () => {
  expect(inTest('if !has_docker() { return; } assert_eq!(f(), 1);')).toEqual([
    '3 early_return if !has_docker() (host)',
    '3 equal: f() assert_eq 1',
  ])
  expect(inTest('// assert_eq!(f(), 1);')).toEqual(['3 commented assert_eq!(f(), 1);'])
  expect(inTest('/// assert_eq!(f(), 1);')).toEqual(['3 equal: f() assert_eq 1'])
  expect(inTest('/// ```ignore')).toEqual(['3 skip'])
})
