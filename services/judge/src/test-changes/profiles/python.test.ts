import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const read = (...lines: readonly string[]) => summarizeFacts('tests/test_a.py', lines.join('\n'))

test('tests, suites and cases are found by the conventions of pytest and unittest', () => {
  expect(
    read(
      'class TestCart(unittest.TestCase):',
      '    def test_add(self):',
      '        self.assertEqual(cart.size(), 1)',
      '',
      '@pytest.mark.parametrize("a, b", [(1, 2), (3, 4)])',
      'async def test_pairs(a, b):',
      '    assert a < b',
      '',
      'def check_total():',
      '    assert total() == 3',
      '',
      'def helper():',
      '    return 1',
    ),
  ).toEqual([
    '1 suite TestCart',
    '2 test test_add',
    '3 shape: cart size Equal 1',
    '5 test test_pairs',
    '5 parameter (1, 2)',
    '5 parameter (3, 4)',
    '7 shape: a < b',
    '9 test check_total (not collected)',
    '10 equal: total() == 3',
  ])
})

test.each([
  ['assert a == 1, "message"', ['1 equal: a == 1']],
  ['self.assertTrue(a, 70)', ['1 exists: a true']],
  ['self.assertIsNotNone(a)', ['1 exists: a IsNotNone']],
  ['self.assertAlmostEqual(a, 1.0, places=3)', ['1 equal: a AlmostEqual 1.0 ±0.0005']],
  ['client.send.assert_called_once_with(1)', ['1 equal: client.send assert_called_once_with 1']],
  [
    'client.send.assert_called_with(mock.ANY)',
    ['1 shape: client.send assert_called_with mock.ANY'],
  ],
  ['client.send.assert_any_call(1)', ['1 shape: client.send assert_any_call 1']],
  ['client.send.assert_called()', ['1 exists: client.send assert_called']],
  ['np.testing.assert_allclose(a, b, rtol=0.1)', ['1 equal: a assert_allclose b, rtol=0.1 ±0.1']],
  ['assert_balanced(book)', ['1 equal: book assert_balanced']],
])('an assertion: %s', (line, facts) => expect(read(line)).toEqual(facts))

test('an error may be any, a certain one, or one with a message', () => {
  expect(
    read(
      'with pytest.raises(Exception):',
      '    f()',
      'with pytest.raises(Refused, match="three"):',
      '    g()',
      'self.assertRaises(Refused, h)',
    ),
  ).toEqual([
    '1 exists: f() raises Exception',
    '3 equal: g() raises Refused',
    '3 shape: g() raises match "three"',
    '5 equal: h raises Refused',
  ])
})

test.each([
  ['@pytest.mark.skip(reason="flaky")', ['1 skip']],
  [
    '@pytest.mark.skipif(sys.platform == "win32", reason="no links")',
    ['1 skip if sys.platform == "win32" (host)'],
  ],
  [
    '@pytest.mark.skipif(sys.platform == "win32", reason="flaky there")',
    ['1 skip if sys.platform == "win32"'],
  ],
  [
    '@pytest.mark.skipif(os.getenv("CI") == "true", reason="x")',
    ['1 skip if os.getenv("CI") == "true"'],
  ],
  [
    '@unittest.skipUnless(shutil.which("git"), "no git")',
    ['1 skip if not (shutil.which("git")) (host)'],
  ],
  ['@pytest.mark.xfail(reason="later")', ['1 expected_failure']],
  ['@pytest.mark.flaky(reruns=3)', ['1 retry 3']],
  ['@pytest.mark.quarantine', ['1 deselected']],
  ['@pytest.mark.asyncio', []],
  ['@pytest.mark.filterwarnings("error")', ['1 runs: warnings filterwarnings "error"']],
])('a decorator: %s', (line, facts) =>
  expect(
    read(line, 'def test_x():', '    f()').filter((fact) => !/ test test_x/.test(fact)),
  ).toEqual(facts),
)

test('what keeps a failure from counting is found', () => {
  expect(
    read(
      'def test_a():',
      '    if not ready():',
      '        pytest.skip("not ready")',
      '    try:',
      '        assert f() == 1',
      '    except Exception:',
      '        pass',
      '    with contextlib.suppress(Exception):',
      '        g()',
      '    if h():',
      '        assert h() == 2',
      '    return',
      '    # assert k() == 3',
      '    assert k() == 4',
    ),
  ).toEqual([
    '1 test test_a',
    '3 skip if not ready()',
    '5 equal: f() == 1 (swallowed)',
    '6 swallow except Exception: pass',
    '6 runs: assert f() == 1 runs (swallowed)',
    '8 swallow with contextlib.suppress(Exception):',
    '8 runs: g() runs (swallowed)',
    '11 equal: h() == 2 if h()',
    '12 early_return',
    '13 commented assert k() == 3',
    '14 equal: k() == 4',
  ])
})

test('a check is no less for a condition without which the test fails', () => {
  expect(
    read(
      'def test_a():',
      '    if f():',
      '        assert g() == 1',
      '    else:',
      '        pytest.fail("no")',
    ),
  ).toContain('3 equal: g() == 1')
})

test('a failure that is only logged does not count', () => {
  expect(read('def test_a():', '    if f() != 1:', '        print("differs")')).toEqual([
    '1 test test_a',
    '2 equal: f() == 1 (swallowed)',
  ])
})

test('cleaning up may fail', () => {
  expect(
    read(
      'def test_a():',
      '    try:',
      '        os.remove(path)',
      '    except Exception:',
      '        pass',
    ),
  ).toEqual(['1 test test_a'])
})

test('a skip for a missing module is about the host', () => {
  expect(
    read('try:', '    import git', 'except ImportError:', '    pytest.skip("no git")'),
  ).toEqual(['4 skip if an error is caught (host)'])
})

test('mocks name what they replace', () => {
  expect(
    read(
      '@patch("shop.pay")',
      'def test_a(): pass',
      'c = MagicMock(spec=Checkout)',
      'monkeypatch.setattr(shop, "pay", 1)',
    ),
  ).toEqual(['1 test test_a', '1 mock shop.pay', '3 mock Checkout', '4 mock shop.pay'])
})

test('a fragment may begin within a method, a list of cases, or a handler', () => {
  expect(
    read('        assert a == 1', '', '    def test_b(self):', '        assert b == 2'),
  ).toEqual(['1 equal: a == 1', '3 test test_b', '4 equal: b == 2'])
  expect(read('        ("a", 1),', '        ("b", 2),')).toEqual([
    '1 parameter ("a", 1)',
    '2 parameter ("b", 2)',
  ])
  expect(read('    ("b", 2),', ' ],', ')', 'def test_c(x, y):', '    assert x == y')).toEqual([
    '1 parameter ("b", 2)',
    '4 test test_c',
    '5 equal: x == y',
  ])
  expect(
    read('        f()', '    except ValueError:', '        raise', '    assert c == 3'),
  ).toEqual(['4 equal: c == 3'])
})
