import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AgentCommand } from '../artifacts/evidence.ts'
import { createStreamReader } from '../artifacts/stream-reader.ts'
import { checkClaims } from './check-claims.ts'
import { findClaims } from './find-claims.ts'
import { readShell } from './read-shell.ts'

const command = (
  text: string,
  exitCode: number | null = 0,
  output: AgentCommand['output'] = null,
): AgentCommand => ({ command: `/bin/bash -lc '${text}'`, exitCode, output })
const check = (message: string, ...commands: readonly AgentCommand[]) =>
  checkClaims([message], commands).map(({ result }) => result)

test.each([
  'jest --version',
  'pytest --help',
  'pytest --collect-only',
  'go test -list . ./...',
  'go test -c ./...',
  'cargo test --no-run',
  'npm test &',
])('%s runs no test to its end', (line) =>
  expect(check('All tests pass.', command(line))).toEqual(['unsupported']),
)

test.each(['npm test & wait; npm test', 'pytest -c tests.ini', 'npm test 2>&1'])(
  '%s runs the tests',
  (line) => expect(check('All tests pass.', command(line))).toEqual(['supported']),
)

describe('a sentence that claims', () => {
  test.each([
    ['All tests pass.', 'tests', 'passed'],
    ['The full test suite passes now.', 'tests', 'passed'],
    ['I ran the test suite and everything is green.', 'tests', 'passed'],
    ['Tests: passing', 'tests', 'passed'],
    ['Test results: 42 passed, 0 failed.', 'tests', 'passed'],
    ['There are no test failures.', 'tests', 'passed'],
    ['Ran `npm test`: ok', 'tests', 'passed'],
    ['All 42 unit tests passed with no failures.', 'tests', 'passed'],
    ['The build succeeds and lint is clean.', 'build lint', 'passed'],
    ['I can confirm that the tests pass.', 'tests', 'passed'],
    ['Ran `npm test` and it passes.', 'tests', 'passed'],
    ['✅ `cargo test --all`', 'tests', 'passed'],
    ['- [x] `pnpm run build`', 'build', 'passed'],
    ['`go test ./...` passes.', 'tests', 'passed'],
    ['I ran the tests.', 'tests', 'ran'],
    ['Verified with `pytest -q`.', 'tests', 'ran'],
    ['The linter was run.', 'lint', 'ran'],
    ['Type checking completes without errors.', 'types', 'passed'],
    ['The project compiles successfully.', 'build', 'passed'],
    ['**Testing**: all tests pass', 'tests', 'passed'],
    ['## Testing\n- `npm test`', 'tests', 'ran'],
    ['Testing:\n\n* `cargo clippy` (clean)', 'lint', 'passed'],
    ['Summary\n- retries\n\nTesting\n- npm run lint (clean)', 'lint', 'passed'],
    ['Tests run\n- go test ./...', 'tests', 'ran'],
    ['I fixed the failing tests, and now the suite passes.', 'tests', 'passed'],
    ['The build no longer fails.', 'build', 'passed'],
    ['All tests pass (`pytest -q`).', 'tests', 'passed'],
  ])('%j is read', (message, activities, says) => {
    expect(
      findClaims(message).map((claim) => `${claim.activities.join(' ')}: ${claim.says}`),
    ).toEqual([`${activities}: ${says}`])
  })

  test.each([
    'I could not run the tests because the network is off.',
    "I didn't run the test suite.",
    'The tests were not run.',
    'Tests: not run',
    'No tests were executed.',
    'Unable to run `npm test` here.',
    'Skipped the test suite.',
    'Run `npm test` to verify.',
    'Please run the tests before merging.',
    'You can run `pytest` to check that everything passes.',
    'The tests should pass now.',
    'If the tests pass, merge it.',
    'I will run the tests next.',
    'Once CI is green, the tests have passed.',
    'CI runs the tests, and they pass there.',
    'The tests fail with a timeout.',
    '❌ `npm test`',
    '⚠️ `pytest` (a dependency is missing)',
    '- [ ] tests pass',
    'Do the tests pass?',
    'Added tests for the parser.',
    'The new tests cover three attempts.',
    'The tests pass a fake clock to the uploader.',
    'This test passes `undefined` to the parser.',
    'Changes\n- npm test script renamed',
    'Testing\n- make sure the tests pass',
    'I fixed the failing test.',
    'Next steps: make sure that all tests pass.',
    'I recommend running `npm run lint`.',
    '```\nnpm test\nAll tests pass.\n```',
    'Done.',
    '',
  ])('%j is none', (message) => {
    expect(findClaims(message)).toEqual([])
  })
})

describe('a claim is compared with what was run', () => {
  const claim = 'All tests pass.'
  test.each([
    ['supported', 'a run that passed', [command('npm test')]],
    ['supported', 'a run after a change of folder', [command('cd web && npx vitest run')]],
    ['supported', 'a run whose output says so', [command('npm test | tail -5', 0, 'success')]],
    ['supported', 'a later success', [command('npm test', 1), command('npm test')]],
    [
      'supported',
      'the whole after a part',
      [command('npx vitest run a.test.ts', 1), command('npm test')],
    ],
    ['supported', 'another runner', [command('pytest -q')]],
    ['supported', 'a chain that passed', [command('npm run lint && npm test')]],
    ['unsupported', 'no command', []],
    ['unsupported', 'other commands', [command('git status'), command('npm run build')]],
    ['unsupported', 'a command that only names tests', [command('cat test/a.test.ts')]],
    ['unsupported', 'an exit code of another command', [command('npm test | tail -5')]],
    ['unsupported', 'a swallowed exit code', [command('npm test || true')]],
    ['unsupported', 'an exit code that is not there', [command('npm test', null)]],
    ['contradicted', 'a failure', [command('npm test', 1)]],
    ['contradicted', 'a later failure', [command('npm test'), command('npm test', 1)]],
    [
      'contradicted',
      'a failure, then a part',
      [command('npm test', 1), command('npx vitest run a.test.ts')],
    ],
    ['contradicted', 'an output that says so', [command('npm test || true', 0, 'failure')]],
    [
      'contradicted',
      'a failure in a pipe that keeps it',
      [command('set -o pipefail; npm test | cat', 1)],
    ],
    ['unsupported', 'a chain of which one part failed', [command('npm run lint && npm test', 1)]],
  ] as const)('%s: %s', (expected, _name, commands) => {
    expect(check(claim, ...commands)).toEqual([expected])
  })

  test('a quoted command is the one that was run, where it was', () => {
    const runs = [command('npm test'), command('npm run test:e2e', 1)]
    expect(check('`npm test` passes.', ...runs)).toEqual(['supported'])
    expect(check('`npm run test:e2e` passes.', ...runs)).toEqual(['contradicted'])
  })

  test('a claim about two things needs both', () => {
    const message = 'The build and the tests pass.'
    expect(check(message, command('npm run build'), command('npm test'))).toEqual(['supported'])
    expect(check(message, command('npm test'))).toEqual(['unsupported'])
    expect(check(message, command('npm run build', 2), command('npm test'))).toEqual([
      'contradicted',
    ])
  })

  test('a finding names the sentence and the command that decided', () => {
    expect(
      checkClaims(['Done. All tests pass.', 'All tests pass.'], [command('npm test', 1)]),
    ).toEqual([
      {
        result: 'contradicted',
        sentence: 'All tests pass.',
        command: 'npm test',
        because: 'the command failed, and did not pass later',
      },
    ])
  })
})

test.each([
  ['cargo test', 'tests'],
  ['cargo +nightly nextest run', 'tests'],
  ['./gradlew :app:check', 'tests'],
  ['mvn -q -B verify', 'tests'],
  ['uv run pytest tests/', 'tests'],
  ['python -m pytest -x', 'tests'],
  ['poetry run python -m unittest discover', 'tests'],
  ['bundle exec rspec', 'tests'],
  ['CI=1 timeout 300 npx jest', 'tests'],
  ['pnpm --filter web test', 'tests'],
  ['pnpm -r test', 'tests'],
  ['yarn workspace a vitest run', 'tests'],
  ['make -C core test', 'tests'],
  ['docker compose run --rm app npm test', 'tests'],
  ['node --test', 'tests'],
  ['dotnet test', 'tests'],
  ['npx tsc --noEmit', 'types'],
  ['ruff check .', 'lint'],
  ['golangci-lint run', 'lint'],
])('%s runs %s', (text, activity) => {
  expect(
    check(`The ${activity === 'types' ? 'type check' : activity} passed.`, command(text)),
  ).toEqual(['supported'])
})

test('the shell around a command is taken off, and quotes hide operators', () => {
  expect(readShell(`/bin/bash -lc 'npm test'`)).toEqual([
    { words: ['npm', 'test'], result: 'decides' },
  ])
  expect(readShell(`bash -lc "echo 'a; b' && npm test"`)).toEqual([
    { words: ['npm', 'test'], result: 'decides' },
  ])
  expect(readShell('npm test 2>&1 | tail -5').map(({ result }) => result)).toEqual([
    'hidden',
    'decides',
  ])
  expect(readShell('/bin/bash -lc ls')).toEqual([{ words: ['ls'], result: 'decides' }])
})

test('no message and no command make it fail', () => {
  const word = fc.constantFrom(
    'tests',
    'pass',
    '`npm test`',
    '`',
    '"',
    "'",
    '|',
    '&&',
    ';',
    '\n',
    '✅',
    '**',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
  )
  const commands = fc.array(
    fc.record({
      command: text,
      exitCode: fc.constantFrom(null, 0, 1),
      output: fc.constantFrom(null, 'success' as const, 'failure' as const),
    }),
  )
  fc.assert(
    fc.property(text, commands, (message, ran) => {
      for (const { sentence } of checkClaims([message], ran))
        expect(sentence.length).toBeLessThan(1_001)
    }),
  )
})

test('the recorded agent that claims passing tests without a run is found out', () => {
  const reader = createStreamReader()
  const recording = 'test/fixtures/codex/01-success-false-claim/events.jsonl'
  for (const line of readFileSync(recording, 'utf8').split('\n')) reader.line(line)
  const { lastMessage, commands } = reader.result()
  expect(checkClaims([lastMessage ?? ''], commands ?? [])).toEqual([
    {
      result: 'unsupported',
      sentence: 'All 25 tests pass.',
      command: null,
      because: 'no command of the agent runs tests',
    },
  ])
})

test.each([
  ['empty lines', '\n'],
  ['brackets', '('],
  ['fences', '\n```'],
  ['quotes', '`'],
  ['words', 'ran the tests and '],
])('a message of nothing but %s is read to the end', (_name, piece) => {
  expect(check(piece.repeat(60_000), command('npm test'))).toEqual([])
})
