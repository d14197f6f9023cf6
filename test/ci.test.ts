import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './harness/sources.ts'

interface Step {
  readonly output: string
  readonly code?: number
}

const calls = {
  test: 'test',
  check: 'run check',
  demo: 'run demo -- --once',
  'test:infra': 'run test:infra',
} as const

/** Runs `.ci/run` with a fake `npm` that prints the output of each step. */
function runCi(steps: { readonly [step in keyof typeof calls]: Step }) {
  const bin = mkdtempSync(join(tmpdir(), 'ci-'))
  try {
    const cases = (['test', 'check', 'demo', 'test:infra'] as const).map((name) => {
      const { output, code = 0 } = steps[name]
      return `'${calls[name]}') printf '%s' '${output}'; exit ${code};;`
    })
    writeFileSync(
      join(bin, 'npm'),
      `#!/bin/bash\ncase "$*" in\n${cases.join('\n')}\nesac\nexit 127\n`,
      { mode: 0o755 },
    )
    const { status, stdout } = spawnSync(join(root, '.ci/run'), {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env.PATH}` },
    })
    const lines = stdout.trimEnd().split('\n')
    return {
      status,
      last: lines.at(-1),
      tallies: lines.filter((line) => /^\d+ passed, \d+ failed/.test(line)),
    }
  } finally {
    rmSync(bin, { recursive: true, force: true })
  }
}

const green = {
  test: { output: 'a\n10 passed, 0 failed, 2 skipped\n' },
  check: { output: '' },
  demo: { output: '' },
  'test:infra': { output: '3 passed, 0 failed' },
}

test('the last line of CI, and only that line, is the sum of all steps', () => {
  const line = '13 passed, 0 failed, 2 skipped'
  expect(runCi(green)).toEqual({ status: 0, last: line, tallies: [line] })
})

test('a failure of any step shows in that line and in the exit code', () => {
  for (const [steps, line] of [
    [{ ...green, test: { output: '9 passed, 1 failed\n', code: 1 } }, '12 passed, 1 failed'],
    [{ ...green, test: { output: '10 passed, 0 failed\n', code: 1 } }, '13 passed, 1 failed'],
    [{ ...green, check: { output: 'types\n', code: 2 } }, '13 passed, 1 failed, 2 skipped'],
    [{ ...green, demo: { output: '', code: 1 } }, '13 passed, 1 failed, 2 skipped'],
    [{ ...green, 'test:infra': { output: 'no line', code: 1 } }, '10 passed, 1 failed, 2 skipped'],
    [
      { ...green, 'test:infra': { output: '1 passed, 2 failed\n', code: 1 } },
      '11 passed, 2 failed, 2 skipped',
    ],
  ] as const) {
    expect(runCi(steps)).toEqual({ status: 1, last: line, tallies: [line] })
  }
})
