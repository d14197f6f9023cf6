import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Message } from './load.ts'

export const WEBHOOK_SECRET = 'bench'
const fixture = readFileSync(
  new URL('../fixtures/argo-messages/sensor-raw/01-succeeded-artifacts.json', import.meta.url),
  'utf8',
)

/** Signed webhooks about checks of unknown commits, each with another delivery id. */
export function* generateWebhooks(): Generator<Message> {
  for (let n = 0; ; n += 1) {
    const sha = n.toString(16).padStart(40, '0')
    const body = JSON.stringify({
      action: 'completed',
      check_run: {
        id: n,
        name: 'unit',
        head_sha: sha,
        status: 'completed',
        conclusion: 'success',
        check_suite: { head_branch: `topic-${n}` },
        pull_requests: [],
      },
      repository: { full_name: 'acme/widgets' },
      sender: { login: 'github-actions[bot]' },
    })
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')
    yield {
      path: '/webhooks/github',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'check_run',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${signature}`,
      },
      body,
    }
  }
}

/** Finished workflows as the sensor of Argo Events sends them, each of another issue. */
export function* generateCompletions(): Generator<Message> {
  for (let n = 1; ; n += 1) {
    const body = fixture
      .replaceAll('5d0c0001-7a11-4c2e-9f40-000000000001', randomUUID())
      .replaceAll('github-codex-implementation-k4x9p', `github-codex-implementation-${n}`)
      .replaceAll('codex/issue-2125-1a2b3c4d', `codex/issue-${n}`)
      .replaceAll('"issueNumber":"2125"', `"issueNumber":"${n}"`)
      .replace(
        /"name":"eventBody","value":"([^"]+)"/,
        (_all, value: string) => `"name":"eventBody","value":"${changeIssue(value, n)}"`,
      )
    yield { path: '/api/codex/run-complete', headers: { 'content-type': 'application/json' }, body }
  }
}

function changeIssue(value: string, issue: number): string {
  const task = JSON.parse(Buffer.from(value, 'base64').toString('utf8'))
  return Buffer.from(
    JSON.stringify({
      ...task,
      issueNumber: String(issue),
      head: `codex/issue-${issue}`,
      deliveryId: `bench-${issue}`,
    }),
  ).toString('base64')
}

/** Creates messages before the measurement, without closing the generator. */
export const takeMessages = (messages: Generator<Message>, count: number): Message[] =>
  Array.from({ length: count }, () => messages.next().value)
