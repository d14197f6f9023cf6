import { expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'

const read = (...args: readonly string[]) => readCommandLine(['codex', ...args], '/home')

test.each([
  [['exec', '--json', 'Do it.'], 'Do it.'],
  [['exec', '--json', '-C', '/tree'], null],
  [['exec', '--json', '-'], null],
  [['exec', '--json'], null],
  [['exec'], null],
  [['exec', '--', '--odd prompt'], '--odd prompt'],
  [['exec', 'resume', '01a1fc55-3a0a-7f82-9cfc-9e43e53f3d76'], null],
  [['exec', 'resume', '01a1fc55-3a0a-7f82-9cfc-9e43e53f3d76', 'Go on.'], 'Go on.'],
  [['exec', 'resume', '--last', 'Go on.'], 'Go on.'],
  [['-m', 'gpt', 'exec', 'Do it.'], 'Do it.'],
  [['--version'], null],
])('the prompt of %j is %j', (args, prompt) => {
  expect(read(...args).prompt).toBe(prompt)
})

test('files and directories are resolved from the working directory', () => {
  expect(read('exec', '-o', 'last.txt', '-C', 'tree', 'Do it.')).toEqual({
    prompt: 'Do it.',
    lastMessageFile: '/home/last.txt',
    directory: '/home/tree',
  })
  expect(read('exec', '--output-last-message=/x/last.txt', '--cd=/tree', 'Do it.')).toMatchObject({
    lastMessageFile: '/x/last.txt',
    directory: '/tree',
  })
})

test('nothing is guessed about other commands', () => {
  expect(readCommandLine(['bash', '-o', 'x', 'prompt'], '/here')).toEqual({
    prompt: null,
    lastMessageFile: null,
    directory: '/here',
  })
})
