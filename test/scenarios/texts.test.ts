import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type CompletedWork, type Story, scenarioGroup } from '../harness/story.ts'
import type { Work } from '../world/agent.ts'
import { createTgz } from '../world/archive.ts'
import { answerFail, answerPass } from '../world/model.ts'
import { answerJson } from '../world/serve.ts'

/** A NUL and two halves of surrogate pairs, which no text column and no jsonb can hold. */
const bad = 'a\0b\uD800c\uDC00d'
const clean = 'a\uFFFDb\uFFFDc\uFFFDd'

const policy = {
  ci: { wait: '20s', rerun_failed_once: false },
  review: { wait: '20s', request_after: '0s' },
}

interface Row {
  readonly where: string
  readonly issue: number
  readonly work?: Partial<Work>
  /** What stands in GitHub before the completion is reported; by default everything passes. */
  readonly before?: (story: Story, done: CompletedWork) => void
  readonly ends: readonly [status: string, reason: string]
  /** Whether the cleaned text reaches the agent that goes on. */
  readonly reachesPrompt?: true
}
const accepted = ['completed', 'accepted'] as const

const fail: Row['before'] = ({ github }, { pull }) => {
  github.codexReviews(pull, [])
  github.checks(pull).fail(`unit ${bad}`, {
    title: bad,
    summary: `${bad}\n`.repeat(3),
    log: `first\n${bad}\nlast\n`,
  })
}

const rows: readonly Row[] = [
  {
    where: 'the name, output and log of a check',
    issue: 901,
    before: fail,
    ends: ['needs_iteration', 'ci_failed'],
    reachesPrompt: true,
  },
  {
    where: 'a commit status',
    issue: 902,
    before: ({ github }, { pull }) => {
      github.codexReviews(pull, [])
      github.checks(pull).status(`ci/${bad}`, 'failure', bad)
    },
    ends: ['needs_iteration', 'ci_failed'],
    reachesPrompt: true,
  },
  {
    where: 'a review and the login of its author',
    issue: 903,
    before: ({ github }, { pull }) => {
      passChecksAndReview(github, pull)
      github.requestChanges(pull, `rev${bad}`, `No: ${bad}`)
    },
    ends: ['needs_iteration', 'review_changes_requested'],
    reachesPrompt: true,
  },
  {
    where: 'a review thread',
    issue: 904,
    before: ({ github }, { pull }) => {
      github.checks(pull).succeed('unit')
      github.codexReviews(pull, [{ path: 'src/widget.ts', line: 1, title: bad, body: bad }])
    },
    ends: ['needs_iteration', 'review_threads_open'],
    reachesPrompt: true,
  },
  {
    where: 'the title and body of the pull request, its comments and a label',
    issue: 905,
    before: ({ github }, { pull }) => {
      Object.assign(github.pull(pull), { title: bad, body: bad })
      github.label(pull, bad)
      github.comment(pull, 'maintainer', bad)
      github.codexSays(pull, `Thinking: ${bad}`)
      passChecksAndReview(github, pull)
    },
    ends: accepted,
  },
  {
    where: 'the issue',
    issue: 906,
    work: { title: `Title ${bad}`, body: `${bad}\n\n## Acceptance\n\n- retries ${bad}\n` },
    ends: accepted,
  },
  {
    where: 'a file that git takes for text, because its NUL comes late',
    issue: 907,
    work: { files: { 'src/widget.ts': `${'// long\n'.repeat(1_100)}export const nul = "\0"\n` } },
    ends: accepted,
  },
  {
    where: 'the prompt of the message',
    issue: 908,
    work: { prompt: `Do it: ${bad}` },
    ends: accepted,
  },
  {
    where: "the agent's events, status and logs",
    issue: 909,
    work: {
      output: {
        threadId: `thread ${bad}`,
        lastMessage: `I did ${bad}`,
        status: `on branch ${bad}\n`,
        log: `log ${bad}\n`,
        agentLog: bad,
        runtimeLog: bad,
        prompt: bad,
        files: { [`src/${bad.replaceAll('\0', '')}.ts`]: bad },
      },
    },
    ends: accepted,
  },
  {
    where: "the model's answer",
    issue: 910,
    ends: ['needs_iteration', 'judge_rejected'],
    reachesPrompt: true,
  },
  {
    where: 'the message of a failed workflow',
    issue: 911,
    work: { phase: 'Failed', message: `Error ${bad} (exit code 1)` },
    ends: ['needs_iteration', 'workflow_failed'],
  },
]

scenarioGroup(
  'no text of others stops a run',
  {
    policy,
    judges: {
      907: answerPass({ next_prompt: bad, suggested_fixes: [bad], injection_attempts: [] }),
      910: answerFail([`missing ${bad}`], { next_prompt: `Add ${bad}` }),
    },
  },
  (scenario) => {
    for (const { where, issue, work, before, ends, reachesPrompt } of rows)
      scenario(`NUL and half characters in ${where}`, async (story) => {
        const pass: Row['before'] = ({ github }, { pull }) => passChecksAndReview(github, pull)
        await story.agent.finishes({ issue, ...work }, (done) => (before ?? pass)(story, done))
        const { id } = await story.run(issue).ends(...ends)
        await story.run(issue).settles()
        const shown = JSON.stringify([
          await story.get(`/api/codex/runs/${id}`),
          await story.get(`/api/memories?namespace=codex:acme/widgets:${issue}&query=run&limit=50`),
        ])
        expect(shown).not.toMatch(/(?<!\\)\\(?:u0000|ud[89a-f])/i)
        if (reachesPrompt !== true) return
        const { task } = await eventually('the next attempt', () =>
          story.dispatcher.started().find((one) => one.task.issueNumber === BigInt(issue)),
        )
        expect(task.prompt).toContain(clean)
      })

    scenario('bytes in a diff that are no UTF-8', async (story) => {
      const { agent, github, run } = story
      const { workflow, pull } = await agent.works({ issue: 921, repository: 'acme/latin' })
      passChecksAndReview(github, pull)
      const patch = Buffer.from(
        'diff --git a/src/widget.ts b/src/widget.ts\nindex 1..2 100644\n--- a/src/widget.ts\n' +
          '+++ b/src/widget.ts\n@@ -1 +1 @@\n-export const retries = 0\n' +
          '+export const retries = 3 // \xFC\xE9\0\xC0\x80\xED\xA0\x80\n',
        'latin1',
      )
      const answer = {
        status: 200,
        headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
        body: patch,
      }
      github.faults.next('/repos/acme/latin/compare/', { kind: 'answer', answer }, 100)
      await story.post('/api/codex/run-complete', workflow)
      await run(921, 'acme/latin').ends('completed', 'accepted')
    })

    scenario('bytes in artifacts that are no UTF-8', async (story) => {
      const { agent, github, run, storeDir } = story
      const { workflow, pull } = await agent.works({ issue: 922 })
      passChecksAndReview(github, pull)
      const { name } = workflow.metadata
      const bytes = Buffer.from('log \xFF\xFE\0\xED\xA0\x80 end\n', 'latin1')
      for (const artifact of [
        'implementation-log',
        'implementation-status',
        'implementation-events',
      ])
        await writeFile(
          join(storeDir, 'agent-artifacts', name, name, `${artifact}.tgz`),
          await createTgz({ 'file.txt': bytes }),
        )
      await story.post('/api/codex/run-complete', workflow)
      await run(922).ends('completed', 'accepted')
      expect(JSON.stringify(await run(922).detail())).not.toContain('\\u0000')
    })
  },
)

scenarioGroup('no answer to an effect stops a run', { policy }, (scenario) => {
  scenario('the answers of the dispatcher and of Discord', async (story) => {
    const { agent, github, run, dispatcher, discord } = story
    dispatcher.faults.next({ when: 'before', answer: answerJson(503, { error: bad }) })
    dispatcher.faults.next({
      when: 'after',
      answer: answerJson(202, { workflowName: bad, namespace: bad, submittedAt: bad }),
    })
    discord.faults.next({ when: 'before', answer: answerJson(500, { message: bad }) })
    await agent.finishes({ issue: 923 }, ({ pull }) => {
      github.codexReviews(pull, [])
      github.checks(pull).fail('unit')
    })
    const { id } = await run(923).ends('needs_iteration', 'ci_failed')
    const effects = await run(923).settles()
    expect(effects('dispatch')).toMatchObject([{ state: 'done' }])
    await story.act(id, 'override', { outcome: 'completed', reason: `fine ${bad}` })
    await run(923).ends('completed', 'decided_by_person')
    await run(923).settles()
  })
})

scenarioGroup('no text of Argo stops a run', { policy, argo: true }, (scenario) => {
  scenario('NUL and half characters in the workflow that Argo shows', async (story) => {
    const { agent, github, run, argo } = story
    const { workflow, pull } = await agent.works({ issue: 931, message: `done ${bad}` })
    passChecksAndReview(github, pull)
    const nodes = Object.entries(workflow.status?.nodes ?? {}).map(([id, node]) => [
      id,
      { ...node, displayName: bad, message: bad, [bad]: bad },
    ])
    argo.put({
      ...workflow,
      metadata: {
        ...workflow.metadata,
        annotations: { ...workflow.metadata.annotations, [bad]: bad },
      },
      status: { ...workflow.status, nodes: Object.fromEntries(nodes) },
    })
    const { nodes: _, ...bare } = workflow.status ?? {}
    await story.post('/api/codex/run-complete', { ...workflow, status: bare })
    await run(931).ends('completed', 'accepted')
  })
})
