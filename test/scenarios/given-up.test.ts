import pg from 'pg'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'

async function query({ databaseUrl }: Story, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

scenario(
  'a run that the service cannot store ends as a question, and goes on when a person resumes it',
  async (story) => {
    const { agent, github, run, get, post, discord, model } = story
    await query(
      story,
      `create function refuse() returns trigger language plpgsql as $$
       begin raise exception 'gate % is refused', new.name; end $$;
       create trigger refuse before insert on gate_results for each row execute function refuse()`,
    )
    const { pull } = await agent.finishes({ issue: 941 }, (done) =>
      passChecksAndReview(github, done.pull),
    )
    // Each end of a check ends the pause before the next reconciliation.
    await eventually('the run is given up', async () => {
      github.checks(pull).succeed('lint')
      await github.webhooks.flush()
      return (await run(941).now()).status === 'needs_human'
    })
    const given = await run(941).ends('needs_human', 'infrastructure_exhausted')
    expect(given).toMatchObject({ attemptsUsed: 0, decision: 'needs_human' })
    // Ten, or one more for each signal that came while the question was being stored.
    expect(given.reasonText).toMatch(/^The service failed [1-9]\d times in a row .* is refused\./)
    expect(model.requests).toEqual([])
    const { gates } = await run(941).detail()
    expect(gates).toEqual([])
    const { escalations } = (await get('/api/codex/escalations?state=open')) as {
      escalations: { id: string; runId: string; options: { id: string }[] }[]
    }
    const question = escalations.find(({ runId }) => runId === given.id)
    expect(question?.options.map(({ id }) => id)).toContain('resume')
    await run(941).settles()
    expect(discord.messages.map(({ content }) => content).join()).toContain('acme/widgets#941')

    await query(story, 'drop trigger refuse on gate_results')
    github.checks(pull).succeed('unit')
    await post(`/api/codex/escalations/${question?.id}/answer`, { option: 'resume' })
    await run(941).ends('completed', 'accepted')
  },
)

scenario('calls, decisions and effects of a run are counted once', async (story) => {
  const { agent, github, run, act, serviceUrl } = story
  await query(
    story,
    `create sequence conflicts;
     create function conflict() returns trigger language plpgsql as $$
     begin
       if nextval('conflicts') = 1 then raise exception 'conflict' using errcode = '40001'; end if;
       return new;
     end $$;
     create constraint trigger conflict after insert on verdicts
       deferrable initially deferred for each row execute function conflict()`,
  )
  await agent.finishes({ issue: 942 }, ({ pull }) => passChecksAndReview(github, pull))
  const { id } = await run(942).ends('completed', 'accepted')
  await run(942).settles()
  await act(id, 'override', { outcome: 'closed', reason: 'not needed' })
  await run(942).ends('closed', 'decided_by_person')
  const metrics = await (await fetch(`${serviceUrl()}/metrics`)).text()
  const lines = [
    'codex_judge_judge_calls_total{model="openai/gpt-5.2",outcome="valid"} 1',
    'codex_judge_judge_tokens_total{model="openai/gpt-5.2",kind="input"} 12000',
    'codex_judge_cost_usd_total{model="openai/gpt-5.2"} 0.25',
    'codex_judge_effects_total{kind="ask",outcome="done"} 1',
    'codex_judge_effects_total{kind="remember",outcome="done"} 1',
    'codex_judge_decisions_total{outcome="completed",reason="accepted"} 1',
    'codex_judge_decisions_total{outcome="closed",reason="decided_by_person"} 1',
    'codex_judge_events_total{source="run-complete",outcome="recorded"} 1',
  ]
  expect(metrics.split('\n')).toEqual(expect.arrayContaining(lines))
})
