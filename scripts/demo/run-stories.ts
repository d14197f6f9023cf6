import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CompletionReport } from './agents.ts'
import { fetchJson, followRuns, type RunChange, type RunDetail } from './api-client.ts'
import { type JudgeProcess, startJudge } from './judge-process.ts'
import { type Narrator, paint, selectStyle } from './narrator.ts'
import { createReporter } from './report.ts'
import { fetchRows, isOver, type ResultRow } from './results.ts'
import { createSchedule } from './schedule.ts'
import { shortenPolicy } from './short-policy.ts'
import { createSimulation, populate, type Simulation } from './simulation.ts'
import type { Story } from './stories.ts'

export interface StoryOptions {
  /** The directory for the database, the artifacts, the policy and the service's log. */
  readonly directory: string
  readonly stories: readonly Story[]
  /** Changed keys of the policy. */
  readonly set: readonly (readonly [key: string, value: string])[]
  readonly port: string
  /** The only variables of the caller's environment that the service gets. */
  readonly machine: Readonly<Record<string, string>>
  readonly narrator: Narrator
  /** Collects what must be stopped, in the order in which it was started. */
  readonly stack: AsyncDisposableStack
  /** Default: HTTP, and artifacts in a directory. */
  readonly transport?: Transport
}

/** How completions, webhooks and artifacts reach the service. */
interface Transport {
  /** The settings of the service for it. */
  readonly env: Readonly<Record<string, string>>
  readonly webhooks: { readonly url: string; readonly secret: string }
  readonly report: (completion: CompletionReport) => Promise<void>
}

export interface StoryResults {
  readonly url: string
  readonly judge: JudgeProcess
  readonly rows: readonly ResultRow[]
  readonly countSeen: Simulation['countSeen']
  readonly logFile: string
}

/** The pause between two messages, so that the story can be followed. */
const MESSAGE_GAP_MS = 250
/** Far longer than the stories and their last effects take. */
const STORIES_TIMEOUT_MS = 60_000
const EFFECTS_TIMEOUT_MS = 15_000
const POLL_EVERY_MS = 250

/**
 * Starts the simulated systems and the service, sends every message, and resolves when every run
 * has ended and its effects are settled.
 */
export async function runStories(options: StoryOptions): Promise<StoryResults> {
  const { directory, stories, narrator, stack, transport } = options
  const schedule = createSchedule()
  stack.defer(schedule.stop)
  const reporter: { report?: (completion: CompletionReport) => Promise<unknown> } = {}
  const simulation = await createSimulation({
    directory,
    stories,
    narrator,
    schedule,
    report: async (completion) => void (await reporter.report?.(completion)),
  })
  const { world } = simulation
  stack.defer(world.close)
  const logFile = join(directory, 'service.log')
  const judge = startJudge({ env: await buildEnvironment(options, simulation), logFile })
  stack.defer(judge.stop)
  const url = await judge.listening
  narrator.print('')
  narrator.print(`The service listens at ${url}, with its own PostgreSQL server.`)
  narrator.print(
    'GitHub, CI, reviewer, model, dispatcher, Discord and Argo are simulated over HTTP.',
  )
  narrator.print('')
  narrator.start()

  reporter.report = transport?.report ?? createReporter(url, narrator)
  if (transport) world.github.webhooks.sendTo(transport.webhooks)
  else world.sendWebhooksTo(url)
  populate(world, stories)
  await world.github.webhooks.flush()
  const following = new AbortController()
  stack.defer(() => following.abort())
  void followRuns(url, following.signal, (change) => narrateChange(narrator, change))

  const results = playStories(url, stories, simulation)
  return {
    url,
    judge,
    logFile,
    countSeen: simulation.countSeen,
    rows: await Promise.race([results, judge.unexpectedEnd, schedule.failure]),
  }
}

/** Sends the message of every story, and the first one twice. */
async function playStories(
  url: string,
  stories: readonly Story[],
  { finishFirstAttempt, reportAgain }: Simulation,
): Promise<readonly ResultRow[]> {
  for (const story of stories) {
    await finishFirstAttempt(story)
    await pause(MESSAGE_GAP_MS)
  }
  await Promise.all(stories.slice(0, 1).map(reportAgain))
  return await waitForAllEnds(url, stories)
}

async function buildEnvironment(
  { directory, set, port, machine, transport }: StoryOptions,
  { world }: Simulation,
): Promise<Record<string, string>> {
  const shipped = await readFile(resolve(import.meta.dirname, '../../config/policy.yml'), 'utf8')
  const policyFile = join(directory, 'policy.yml')
  await writeFile(policyFile, shortenPolicy(shipped, set))
  return {
    ...machine,
    ...world.env,
    POLICY_FILE: policyFile,
    DATA_DIR: join(directory, 'data'),
    HOST: '127.0.0.1',
    PORT: port,
    ...transport?.env,
  }
}

function narrateChange(narrator: Narrator, { run, change }: RunChange): void {
  const status = change.to ?? run.status
  const attempt = run.attempt > 1 ? ` (attempt ${run.attempt})` : ''
  const text = `${paint(selectStyle(status), status)}${attempt}: ${change.because}`
  narrator.tell('service', run.issueNumber, text)
}

/** Waits until every story is over and the effects are settled, or until the timeouts. */
async function waitForAllEnds(
  url: string,
  stories: readonly Story[],
): Promise<readonly ResultRow[]> {
  const fetchAll = async () =>
    (await Promise.all(stories.map((story) => fetchRows(url, story)))).flat()
  const rows = await pollUntil(STORIES_TIMEOUT_MS, fetchAll, (all) =>
    stories.every((story) => isOver(story, all)),
  )
  const fetchDetails = () =>
    Promise.all(rows.map(({ runId }) => fetchJson<RunDetail>(`${url}/api/codex/runs/${runId}`)))
  await pollUntil(EFFECTS_TIMEOUT_MS, fetchDetails, (details) =>
    details.every(({ effects }) => effects.every(({ state }) => state !== 'pending')),
  )
  return rows
}

/** Resolves to the last value, whether the condition holds for it or the time is over. */
async function pollUntil<T>(
  timeoutMs: number,
  poll: () => Promise<T>,
  isDone: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await poll()
    if (isDone(value) || performance.now() > deadline) return value
    await pause(POLL_EVERY_MS)
  }
}
