import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createTgz } from './archive.ts'
import { listArtifacts, type Workflow } from './workflow.ts'

/**
 * The output of an agent's run, with plausible defaults. `omit` names artifacts that are missing.
 */
export interface RunOutput {
  readonly repository: string
  readonly issueNumber: number
  readonly prompt?: string
  readonly commit: string | null
  /** Path → content of the changed files. */
  readonly files?: Readonly<Record<string, string>>
  readonly deleted?: readonly string[]
  readonly patch?: string
  readonly status?: string
  readonly log?: string
  readonly events?: string
  readonly agentLog?: string
  readonly runtimeLog?: string
  readonly lastMessage?: string
  /** What the agent ran, in order. Default: `npm test`, which passes. */
  readonly commands?: readonly { readonly command: string; readonly exitCode: number }[]
  readonly threadId?: string
  readonly omit?: readonly string[]
}

/** The names in older workflow templates. */
const canonicalNames: Readonly<Record<string, string>> = {
  'agent-output': 'implementation-log',
  patch: 'implementation-patch',
  status: 'implementation-status',
}

/**
 * Writes the workflow's output artifacts into a filesystem store, each as a tgz at
 * `<dir>/<bucket>/<key>`. Returns the names of those it has written.
 */
export async function writeArtifacts(
  workflow: Workflow,
  storeDir: string,
  left: RunOutput,
): Promise<readonly string[]> {
  const written: string[] = []
  const contents = await buildContents(left)
  for (const { name, s3 } of listArtifacts(workflow)) {
    const file = contents[canonicalNames[name] ?? name]
    if (s3 === undefined || file === undefined || left.omit?.includes(name)) continue
    const path = join(storeDir, s3.bucket ?? 'argo-workflows', s3.key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, await createTgz({ [file.name]: file.content }))
    written.push(name)
  }
  return written
}

interface ArtifactFile {
  readonly name: string
  readonly content: string | Uint8Array
}

async function buildContents(left: RunOutput): Promise<Readonly<Record<string, ArtifactFile>>> {
  const log =
    left.log ?? `cloning ${left.repository}\nrunning the agent\n${left.lastMessage ?? 'Done.'}\n`
  const file = (name: string, content: string | Uint8Array): ArtifactFile => ({ name, content })
  return {
    'implementation-changes': file(
      '.codex-implementation-changes.tar.gz',
      await buildChangesArchive(left),
    ),
    'implementation-patch': file('.codex-implementation.patch', left.patch ?? ''),
    'implementation-status': file(
      '.codex-implementation-status.txt',
      left.status ?? `${left.commit ?? 'none'}\nnothing to commit, working tree clean\n`,
    ),
    'implementation-log': file('.codex-implementation.log', log),
    'implementation-events': file(
      '.codex-implementation-events.jsonl',
      left.events ?? formatAgentEvents(left),
    ),
    'implementation-agent-log': file('.codex-implementation-agent.log', left.agentLog ?? log),
    'implementation-runtime-log': file(
      '.codex-implementation-runtime.log',
      left.runtimeLog ?? 'runtime ready\n',
    ),
    'main-logs': file('main.log', log),
  }
}

/** The archive of the agent's capture step: the manifest, git's status and diff, and the files. */
async function buildChangesArchive(left: RunOutput): Promise<Buffer> {
  const files = left.files ?? {}
  const manifest = {
    version: 1,
    generatedAt: '2026-11-20T08:31:00Z',
    worktree: '/workspace/lab',
    repository: left.repository,
    issueNumber: String(left.issueNumber),
    prompt: left.prompt ?? '',
    commitSha: left.commit,
    sessionId: left.threadId ?? null,
    trackedFiles: Object.keys(files),
    deletedFiles: left.deleted ?? [],
  }
  return await createTgz({
    './metadata/manifest.json': JSON.stringify(manifest, null, 2),
    './metadata/git-status.txt': '',
    './metadata/git-diff.patch': left.patch ?? '',
    ...Object.fromEntries(
      Object.entries(files).map(([path, content]) => [`./files/${path}`, content]),
    ),
  })
}

/** A successful turn of `codex exec --json`. */
function formatAgentEvents({
  threadId = '0199aaaa-0000-7000-8000-000000000001',
  lastMessage = 'Done.',
  commands = [{ command: 'npm test', exitCode: 0 }],
}: Pick<RunOutput, 'threadId' | 'lastMessage' | 'commands'>): string {
  const executions = commands.map(({ command, exitCode }, n) => ({
    id: `item_${n}`,
    type: 'command_execution',
    command,
    aggregated_output: exitCode === 0 ? 'done\n' : 'it went wrong\n',
    exit_code: exitCode,
    status: exitCode === 0 ? 'completed' : 'failed',
  }))
  const lines = [
    { type: 'thread.started', thread_id: threadId },
    { type: 'turn.started' },
    ...executions.flatMap((item) => [
      {
        type: 'item.started',
        item: { ...item, aggregated_output: '', exit_code: null, status: 'in_progress' },
      },
      { type: 'item.completed', item },
    ]),
    {
      type: 'item.completed',
      item: { id: `item_${executions.length}`, type: 'agent_message', text: lastMessage },
    },
    {
      type: 'turn.completed',
      usage: {
        input_tokens: 24_763,
        cached_input_tokens: 24_448,
        output_tokens: 122,
        reasoning_output_tokens: 0,
      },
    },
  ]
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
}
