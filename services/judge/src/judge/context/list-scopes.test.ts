import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { listScopes } from './list-scopes.ts'

const samples: readonly (readonly [path: string, text: string, scope: string])[] = [
  ['a.ts', 'class A {\n  m() {\n    return 1\n  }\n}\n', '2-4'],
  ['a.ts', 'const f = (a) => {\n  return a\n}\n', '1-3'],
  ['a.tsx', 'export function A() {\n  return <b />\n}\n', '1-3'],
  ['a.js', "test('x', () => {\n  ok()\n})\n", '1-3'],
  ['a.py', 'class A:\n    def m(self):\n        return 1\n', '2-3'],
  ['a.go', 'package a\n\nfunc (s *S) M() int {\n\treturn 1\n}\n', '3-5'],
  ['A.java', 'class A {\n  int m() {\n    return 1;\n  }\n}\n', '2-4'],
  ['a.kt', 'class A {\n  fun m(): Int {\n    return 1\n  }\n}\n', '2-4'],
  ['a.rs', 'impl A {\n    fn m(&self) -> u8 {\n        1\n    }\n}\n', '2-4'],
  ['a.rb', 'class A\n  def m\n    1\n  end\nend\n', '2-4'],
  ['a.c', 'int f(void)\n{\n  g();\n  return 1;\n}\n', '1-5'],
  ['a.unknown', 'block:\n  one\n  two\nother\n', '1-3'],
]
test.each(samples)('%s: a block of %j has the lines %s', (path, text, scope) => {
  expect(listScopes(path, text).map(({ from, to }) => `${from}-${to}`)).toContain(scope)
})

property.prop([
  fc.constantFrom('a.ts', 'a.py', 'a.go', 'a.rs', 'a.txt'),
  fc.string({ maxLength: 300 }),
])('every text has blocks that lie within it', (path, text) => {
  const total = text.split('\n').length
  for (const { from, to } of listScopes(path, text)) {
    expect(from).toBeGreaterThanOrEqual(1)
    expect(to).toBeGreaterThanOrEqual(from)
    expect(to).toBeLessThanOrEqual(total)
  }
})
