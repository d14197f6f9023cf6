import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Completion } from './agents.ts'
import { type Change, type Detail, follow, read } from './history.ts'
import { type JudgeProcess, startJudge } from './judge-process.ts'
import { type Narrator, paint, statusStyle } from './narrator.ts'
import { createOutside, type Outside, populate } from './outside.ts'
import { createReporter } from './report.ts'
import { isOver, type Row, rowsOf } from './results.ts'
import { createSchedule } from './schedule.ts'
import { shortPolicy } from './short-policy.ts'
import type { Story } from './stories.ts'

export interface Stage {
  /**
   * Everything of the demo lies here: the database, the artifacts, the policy, the service's log.
   */
  readonly directory: string
  readonly stories: readonly Story[]
  /** What the policy says otherwise. */
  readonly set: readonly (readonly [key: string, value: string])[]
  readonly port: string
  /**
   * What the machine gives every program; nothing else of the caller's environment reaches the
   * service.
   */
  readonly machine: Readonly<Record<string, string>>
  readonly narrator: Narrator
  /** Told of everything that must be stopped, in the order in which it was started. */
  readonly stack: AsyncDisposableStack
  /** Left out, everything goes over HTTP, and the artifacts lie in a folder. */
  readonly roads?: Roads
}

/** Other ways for what happens outside to come to the service. */
interface Roads {
  /** What the settings of the service say of them. */
  readonly env: Readonly<Record<string, string>>
  readonly webhooks: { readonly url: string; readonly secret: string }
  readonly report: (completion: Completion) => Promise<void>
}

export interface Performance {
  readonly url: string
  readonly judge: JudgeProcess
  readonly rows: readonly Row[]
  readonly seen: Outside['seen']
  readonly logFile: string
}

/** Between two messages, so that the story can be read. */
const betweenMessages = 250
/** How long the stories may take, and their last effects; far more than they do. */
const storyLimit = 60_000
const effectsLimit = 15_000
const lookEvery = 250

/**
 * Starts the outside and the service, has every message sent, and resolves when every run has ended
 * and acted.
 */
export async function perform(stage: Stage): Promise<Performance> {
  const { directory, stories, narrator, stack, roads } = stage
  const schedule = createSchedule()
  stack.defer(schedule.stop)
  const sent: { report?: (completion: Completion) => Promise<unknown> } = {}
  const outside = await createOutside({
    directory,
    stories,
    narrator,
    schedule,
    report: async (completion) => void (await sent.report?.(completion)),
  })
  stack.defer(outside.world.close)
  const logFile = join(directory, 'service.log')
  const judge = startJudge({ env: await environment(stage, outside), logFile })
  stack.defer(judge.stop)
  const url = await judge.listening
  narrator.say('')
  narrator.say(`The service listens at ${url}: a process of its own, with a PostgreSQL of its own.`)
  narrator.say(
    'GitHub, CI, the reviewer, the model, the dispatcher, Discord and Argo are simulated, over HTTP.',
  )
  narrator.say('')
  narrator.begin()

  sent.report = roads?.report ?? createReporter(url, narrator)
  if (roads) outside.world.github.webhooks.to(roads.webhooks)
  else outside.world.webhooksTo(url)
  populate(outside.world, stories)
  await outside.world.github.webhooks.delivered()
  const leaving = new AbortController()
  stack.defer(() => leaving.abort())
  void follow(url, leaving.signal, (change) => tellChange(narrator, change))

  const acted = (async () => {
    for (const story of stories) {
      await outside.finish(story)
      await pause(betweenMessages)
    }
    await Promise.all(stories.slice(0, 1).map(outside.repeat))
    return await allEnded(url, stories)
  })()
  return {
    url,
    judge,
    logFile,
    seen: outside.seen,
    rows: await Promise.race([acted, judge.unexpectedEnd, schedule.failed]),
  }
}

async function environment(
  { directory, set, port, machine, roads }: Stage,
  { world }: Outside,
): Promise<Record<string, string>> {
  const shipped = await readFile(resolve(import.meta.dirname, '../../config/policy.yml'), 'utf8')
  const policyFile = join(directory, 'policy.yml')
  await writeFile(policyFile, shortPolicy(shipped, set))
  return {
    ...machine,
    ...world.env,
    POLICY_FILE: policyFile,
    DATA_DIR: join(directory, 'data'),
    HOST: '127.0.0.1',
    PORT: port,
    ...roads?.env,
  }
}

function tellChange(narrator: Narrator, { run, change }: Change): void {
  const status = change.to ?? run.status
  const again = run.attempt > 1 ? ` (attempt ${run.attempt})` : ''
  narrator.tell(
    'service',
    run.issueNumber,
    `${paint(statusStyle(status), status)}${again}: ${change.because}`,
  )
}

/**
 * Waits until every story is over and what its runs decided has been done, or the limits have
 * passed.
 */
async function allEnded(url: string, stories: readonly Story[]): Promise<readonly Row[]> {
  const rows = async () => (await Promise.all(stories.map((story) => rowsOf(url, story)))).flat()
  const ended = await until(storyLimit, rows, (all) => stories.every((story) => isOver(story, all)))
  await until(
    effectsLimit,
    () => Promise.all(ended.map(({ runId }) => read<Detail>(`${url}/api/codex/runs/${runId}`))),
    (details) => details.every(({ effects }) => effects.every(({ state }) => state !== 'pending')),
  )
  return ended
}

async function until<T>(
  limit: number,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + limit
  for (;;) {
    const seen = await look()
    if (holds(seen) || performance.now() > deadline) return seen
    await pause(lookEvery)
  }
}
