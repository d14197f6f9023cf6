import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { codexJudge } from '../harness/codex-judge.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { type Story, scenario } from '../harness/story.ts'

interface ReceiptView {
  readonly ok: boolean
  readonly root: string
  readonly decisions: readonly {
    readonly outcome: string
    readonly by: string
    readonly policyVersion: string
    readonly digest: string
    readonly parts: Readonly<Record<string, string>>
  }[]
  readonly parts: Readonly<Record<string, unknown>>
  readonly transitions: readonly { readonly to: string; readonly policyVersion: string | null }[]
}

/** The response as it came, and what it says. */
async function readReceipt({ serviceUrl }: Story, runId: string) {
  const response = await fetch(`${serviceUrl()}/api/codex/runs/${runId}/receipt`)
  const text = await response.text()
  const receipt: ReceiptView = JSON.parse(text)
  return { status: response.status, etag: response.headers.get('etag'), text, receipt }
}

function writeReceipt(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'codex-judge-receipt-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'receipt.json')
  writeFileSync(path, text)
  return path
}

scenario(
  'a receipt holds what every decision about a run was made from, and verifies offline',
  async (story) => {
    const { agent, github, run, act } = story
    const token = `ghp_${'a1B2'.repeat(9)}`
    const repository = 'acme/own'
    github.repository(repository, {
      'src/widget.ts': 'export const widget = 1\n',
      '.codex-judge.yml': 'review: { arrival: 1s }\nattempts: { max: 9 }\n',
    })
    const { run: open, pull } = await agent.finishes({ issue: 901, repository }, (done) => {
      github.pull(done.pull).body = `Uses ${token}.`
    })
    await run(901, repository).waitsIn('waiting_for_ci')
    expect((await readReceipt(story, open.id)).status).toBe(404)
    passChecksAndReview(github, pull)
    await run(901, repository).ends('completed', 'accepted')
    await run(901, repository).settles()
    expect((await act(open.id, 'override', { outcome: 'closed', reason: 'not now' })).status).toBe(
      202,
    )

    const { status, etag, text, receipt } = await readReceipt(story, open.id)
    expect([status, etag]).toEqual([200, `"${receipt.root}"`])
    expect(text).not.toContain(token)
    expect(text).toContain('[masked: ')
    const detail = await run(901, repository).detail()
    expect(JSON.stringify(detail)).not.toContain(token)
    const { decision, transitions } = detail
    const [first, last] = receipt.decisions
    expect([first?.outcome, first?.by, last?.outcome, last?.by]).toEqual([
      'completed',
      'service',
      'closed',
      'anyone',
    ])
    expect(decision).toMatchObject({ digest: last?.digest, policyVersion: last?.policyVersion })
    expect(transitions.at(-1)?.policyVersion).toBe(last?.policyVersion)
    const policy = receipt.parts[first?.parts.policy ?? '']
    expect(policy).toMatchObject({
      effective: { version: first?.policyVersion },
      origins: {
        'review.arrival': 'repository',
        'attempts.max': 'service',
        'ci.wait': 'service',
        'diff.max_files': 'default',
      },
    })

    const verified = await codexJudge(['verify', writeReceipt(text)])
    expect(verified).toMatchObject({ code: 0, err: [] })
    expect(verified.out).toEqual([
      expect.stringContaining(`digests: root ${receipt.root}`),
      expect.stringContaining('decision 1 of 2: completed (accepted) by service'),
      expect.stringMatching(/^equal .*decision: outcome/),
      'equal     facts: the diff, parsed from its text',
      'equal     facts: CI and review, from what GitHub answered',
      expect.stringMatching(/^recorded {2}facts: .*evidence/),
      'equal     council: the council of the models',
      expect.stringMatching(/^equal .*step: \d+ gates, the reason, 3 effects with all texts/),
      expect.stringContaining('decision 2 of 2: closed (decided_by_person) by anyone'),
      ...Array.from({ length: 4 }, () => expect.any(String)),
      expect.stringMatching(/^recorded {2}history/),
      'Everything that can be derived is as recorded.',
    ])
    const tampered = await codexJudge(
      ['verify', '-'],
      {},
      {
        stdin: text.replace('"not now"', '"not ever"'),
      },
    )
    expect(tampered.code).toBe(1)
    expect(tampered.out.filter((line) => line.startsWith('differs'))).not.toEqual([])
  },
)

scenario('the receipt of a superseded run has its history', async (story) => {
  const { agent, run } = story
  await agent.finishes({ issue: 902 })
  const first = await run(902).waitsIn('waiting_for_ci')
  await agent.finishes({ issue: 902 })
  await run(902).attempt(2)
  const { receipt } = await readReceipt(story, first.id)
  expect(receipt.decisions).toEqual([])
  expect(receipt.transitions.map(({ to }) => to)).toEqual([
    'run_complete',
    'waiting_for_ci',
    'superseded',
  ])
  expect((await readReceipt(story, '0199aaaa-0000-7000-8000-000000000000')).status).toBe(404)
})
