import { expect, test } from 'vitest'
import { createClaims } from '../../../../test/argo/claims.ts'
import { maskClaims } from './mask-texts.ts'

const mask = async (text: string): Promise<string> => text.replaceAll('hunter2', '[masked: x]')

test('every text is masked, and what a run is found by stays as it came', async () => {
  const texts = { prompt: 'use hunter2', issueUrl: 'https://u:hunter2@host', sender: 'hunter2' }
  const identities = { branch: 'hunter2', threadId: 'hunter2', workflowName: 'hunter2' }
  const artifacts = [{ name: 'hunter2', bucket: null, key: 'hunter2/log' }]
  expect(
    await maskClaims(createClaims({ ...texts, ...identities, artifacts }), mask),
  ).toMatchObject({
    prompt: 'use [masked: x]',
    issueUrl: 'https://u:[masked: x]@host',
    sender: '[masked: x]',
    ...identities,
    artifacts,
  })
})

test('a text that no one would read is cut, with its secrets masked, and says so', async () => {
  const long = `${'x'.repeat(256 * 1024 - 80)}hunter2${'y'.repeat(1_000_000)}`
  const { issueBody } = await maskClaims(createClaims({ issueBody: long }), mask)
  expect(issueBody).toHaveLength(256 * 1024)
  expect(issueBody).toMatch(/\n\n\[cut: the text has more than 262144 characters\]$/)
  expect(issueBody).not.toContain('hunter')
})
