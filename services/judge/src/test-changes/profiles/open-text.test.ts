import { expect, test } from 'vitest'
import { summarizeFacts } from '../../../../../test/harness/summarize-facts.ts'

const read = (path: string, ...lines: readonly string[]) => summarizeFacts(path, lines.join('\n'))

test('a fragment may begin within a text', () => {
  expect(
    read(
      'tests/a.rs',
      '    tqdm (1)',
      '    "',
      '    );',
      '    uv_snapshot!(context.run(), @r"',
      '    ok',
      '    "',
      '    );',
      '}',
    ),
  ).toEqual(['4 equal: context.run() uv_snapshot @r" ok "'])
  expect(
    read(
      'test_a.py',
      '    an error (not',
      '    """',
      '    assert f() == 1',
      '',
      'def test_b():',
      '    assert g() == 2',
    ),
  ).toEqual(['3 equal: f() == 1', '5 test test_b', '6 equal: g() == 2'])
  expect(
    read(
      'a_test.go',
      '  - name: (x',
      '`,',
      '\t})',
      '\tif a != b {',
      '\t\tt.Error("x")',
      '\t}',
      '}',
    ),
  ).toEqual(['4 equal: a == b'])
  expect(
    read('src/test/ATest.java', '  { "a": 1', '  """);', '    assertEquals(1, x);', '  }'),
  ).toEqual(['3 equal: x assertEquals 1'])
})

test('a fragment may end within a text', () => {
  expect(
    read('test_a.py', 'def test_a():', '    assert f() == 1', '    g("""', '      (more'),
  ).toEqual(['1 test test_a', '2 equal: f() == 1'])
})

test('a text that begins on a line of its own is no end of one', () => {
  expect(
    read('test_a.py', 'def test_a():', '    """', '    Adds.', '    """', '    assert f() == 1'),
  ).toEqual(['1 test test_a', '5 equal: f() == 1'])
})
