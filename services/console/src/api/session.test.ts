import { expect, test } from 'vitest'
import { readReturnPath } from './session.ts'

test.each([
  ['/runs/1?x=1#gates', '/runs/1?x=1#gates'],
  ['/', '/'],
])('%s is a page of ours', (to, path) => {
  expect(readReturnPath(to)).toBe(path)
})

test.each([
  ['https://evil.example/'],
  ['//evil.example/'],
  ['/\\evil.example'],
  ['/\t/evil.example'],
  ['/.//evil.example'],
  ['/..//evil.example/x'],
  ['javascript:alert(1)'],
  ['runs/1'],
  [''],
  ['/sign-in?to=/x'],
  [undefined],
  [7],
])('%j leads to the runs', (to) => {
  expect(readReturnPath(to)).toBe('/')
})
