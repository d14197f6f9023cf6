/*
 * The files of the simulated repository and the agent's changes: short, but real enough to check
 * the judge's citations against them.
 */

export const uploader = 'src/uploader.ts'
const uploaderTest = 'test/uploader.test.ts'

export const repositoryFiles = {
  'README.md': '# Widgets\n\nMakes widgets and uploads them.\n',
  [uploader]: `import type { Store, Widget } from './store.ts'

/** Sends a widget to the store. */
export async function upload(store: Store, widget: Widget): Promise<void> {
  const answer = await store.put(widget)
  if (answer.status === 503) throw new Error('the store is busy')
}
`,
} as const

/** Three attempts without a pause. */
export const impatient = {
  [uploader]: `import type { Store, Widget } from './store.ts'

const attempts = 3

/** Sends a widget to the store, and tries again while the store is busy. */
export async function upload(store: Store, widget: Widget): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await store.put(widget)
    if (answer.status !== 503) return
  }
  throw new Error(\`the store is busy after \${attempts} attempts\`)
}
`,
  [uploaderTest]: formatTest([
    ['the first attempt succeeds', '[200]', 1],
    ['the store is busy once', '[503, 200]', 2],
    ['the store stays busy', '[503, 503, 503]', 3],
  ]),
} as const

/** Three attempts with the pauses that the store asks for. */
export const patient = {
  [uploader]: `import { setTimeout as pause } from 'node:timers/promises'
import type { Store, Widget } from './store.ts'

const attempts = 3

/**
 * Sends a widget to the store, and tries again while the store is busy, no sooner than it asks for.
 */
export async function upload(store: Store, widget: Widget): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const answer = await store.put(widget)
    if (answer.status !== 503) return
    await pause(1000 * answer.retryAfter)
  }
  throw new Error(\`the store is busy after \${attempts} attempts\`)
}
`,
  [uploaderTest]: formatTest([
    ['the first attempt succeeds', '[200]', 1],
    ['the store is busy once', '[503, 200]', 2],
    ['it waits as long as the store asks for', '[503, 503, 200]', 3],
    ['the store stays busy', '[503, 503, 503]', 3],
  ]),
} as const

function formatTest(
  cases: readonly (readonly [name: string, answers: string, attempts: number])[],
): string {
  const table = cases
    .map(([name, answers, attempts]) => `  ['${name}', ${answers}, ${attempts}],`)
    .join('\n')
  return `import { expect, test } from 'vitest'
import { upload } from '../src/uploader.ts'
import { storeThatAnswers, widget } from './samples.ts'

test.each([
${table}
])('%s', async (_name, answers, attempts) => {
  const store = storeThatAnswers(answers)
  await upload(store, widget).catch(() => {})
  expect(store.puts).toBe(attempts)
})
`
}
