import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createArtifactSource } from '../../services/judge/src/adapters/argo/outputs.ts'
import { createFilesystemStore } from '../../services/judge/src/adapters/stores/filesystem.ts'
import { artifactNames } from '../../services/judge/src/artifacts/evidence.ts'
import { gatherEvidence } from '../../services/judge/src/artifacts/gather-evidence.ts'
import { createArtifactReader } from '../../services/judge/src/composition/read-artifacts.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { root } from '../harness/sources.ts'
import { createClaims } from './claims.ts'

/*
 * Runs the scripts of argo/workflows as the pod does, with real git and the real wrapper, and with
 * fakes of Codex and gh. The results are stored as Argo stores them, and read by the service.
 */
const scripts = join(root, 'argo/workflows')
const template = parse(readFileSync(join(scripts, 'codex-implementation.yaml'), 'utf8'), {
  merge: true,
})
const declared: readonly { readonly name: string; readonly path: string }[] =
  template.spec.templates[0].outputs.artifacts

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

interface PodOptions {
  /** What the fake Codex does in its working tree, as a shell script. */
  readonly codex: string
  readonly prompt?: string
  readonly eventBody?: string
}

function createPod({ codex, prompt = 'Make it so.', eventBody = '{}' }: PodOptions) {
  const home = mkdtempSync(join(tmpdir(), 'codex-pod-'))
  folders.push(home)
  const at = (path: string): string => join(home, path)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: home, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  git('init', '--quiet', '--bare', '--initial-branch=main', at('acme/widgets'))
  git('clone', '--quiet', at('acme/widgets'), at('seed'))
  write('seed/old.txt', 'old\n')
  write('seed/kept.txt', 'kept\n')
  const as = ['-c', 'user.name=seed', '-c', 'user.email=seed@example.com']
  git('-C', at('seed'), 'add', '.')
  git('-C', at('seed'), ...as, 'commit', '--quiet', '-m', 'seed')
  git('-C', at('seed'), 'push', '--quiet', 'origin', 'HEAD:main')

  write('inputs/prompt', prompt)
  write('inputs/event-body', eventBody)
  const installProgram = (name: string, text: string): void => {
    write(`bin/${name}`, `#!/usr/bin/env bash\n${text}\n`)
    chmodSync(at(`bin/${name}`), 0o755)
  }
  installProgram(
    'codex-notify',
    `exec "${process.execPath}" "${join(root, 'services/notify/src/main.ts')}" "$@"`,
  )
  installProgram(
    'codex',
    `while [ "$1" != -C ]; do shift; done; cd "$2"; shift 2; printf %s "\${@: -1}" > ${at('asked')}
    echo '{"type":"thread.started","thread_id":"thread-7"}'; echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":2}}'
    printf 'Done.' > "$2"\n${codex}`,
  )
  installProgram('gh', `echo "$*" >> ${at('gh.log')}; case "$2" in list) echo 0;; esac`)
  const run = (script: 'implement.sh' | 'collect.sh') =>
    spawnSync('bash', [join(scripts, script)], {
      encoding: 'utf8',
      env: {
        PATH: `${at('bin')}:${process.env.PATH ?? ''}`,
        HOME: at('attempt/home'),
        CODEX_WORK_DIR: at('attempt'),
        CODEX_INPUTS_DIR: at('inputs'),
        CODEX_OUTPUT_DIR: at('attempt/output'),
        CODEX_REPOSITORY: 'acme/widgets',
        CODEX_ISSUE_NUMBER: '7',
        CODEX_HEAD: 'codex/issue-7',
        CODEX_BASE: 'main',
        GITHUB_SERVER_URL: home,
        GITHUB_TOKEN: 'unused',
      },
    })
  return { at, git, run, readEvidence: () => readStoredEvidence(at) }
}

/**
 * Stores the declared artifacts as Argo does (a tar of one file, unless the template configures
 * otherwise) and reads them.
 */
async function readStoredEvidence(at: (path: string) => string) {
  const stored = at('store/argo-workflows/wf/pod')
  mkdirSync(stored, { recursive: true })
  for (const { name, path, ...rest } of declared) {
    const file = path.replace('/attempt/', `${at('attempt')}/`)
    if (!existsSync(file)) continue
    if ('archive' in rest) writeFileSync(join(stored, name), readFileSync(file))
    else
      execFileSync('tar', [
        '-C',
        dirname(file),
        '-czf',
        join(stored, `${name}.tgz`),
        file.slice(dirname(file).length + 1),
      ])
  }
  return gatherEvidence({
    claims: createClaims({ workflowName: 'wf' }),
    source: createArtifactSource(createFilesystemStore(at('store')), null),
    reader: createArtifactReader(),
    outputs: null,
    settings: { bucket: 'argo-workflows', buckets: ['argo-workflows'] },
    signal: new AbortController().signal,
    now: toInstant('2026-11-20T08:31:41Z'),
  })
}

const getStates = (evidence: Awaited<ReturnType<typeof readStoredEvidence>>) =>
  Object.fromEntries(evidence.readings.map(({ name, state }) => [name, state]))

test('template and exit handler store every artifact that the judge reads, all optional', () => {
  // Argo stores the log of the pod itself.
  const expected = artifactNames.filter((name) => name !== 'main-logs')
  expect(declared.map(({ name }) => name)).toEqual(expected)
  expect(template.spec.archiveLogs).toBe(true)
  const salvage = template.spec.templates.find(({ name }: { name: string }) => name === 'salvage')
  expect(salvage.outputs).toEqual(template.spec.templates[0].outputs)
  expect(declared.every((artifact) => 'optional' in artifact && artifact.optional === true)).toBe(
    true,
  )
  expect(template.spec.onExit).toBe('afterwards')
})

test('a successful attempt leaves a branch, a pull request and readable evidence', async () => {
  const { run, git, at, readEvidence } = createPod({
    codex: `rm old.txt; echo new > new.txt; mkdir -p "a b"; echo ü > "a b/ü.txt"; ln -s /etc/passwd leads-out; git add -A
            git -c user.name=x -c user.email=x@example.com commit -q -m work; echo more > uncommitted.txt`,
  })
  const { status, stdout, stderr } = run('implement.sh')
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 })
  const head = git('-C', at('acme/widgets'), 'rev-parse', 'codex/issue-7').trim()
  expect(readFileSync(at('gh.log'), 'utf8')).toContain(
    'pr create --repo acme/widgets --base main --head codex/issue-7',
  )

  const read = await readEvidence()
  expect(getStates(read)).toMatchObject({
    'implementation-changes': 'found',
    // Everything was committed, so the diff against HEAD is empty.
    'implementation-patch': 'empty',
    'implementation-status': 'found',
    'implementation-log': 'found',
    'implementation-events': 'found',
    'implementation-runtime-log': 'found',
    'implementation-resume': 'found',
    'implementation-notify': 'found',
  })
  expect(read.manifest).toMatchObject({
    repository: 'acme/widgets',
    issueNumber: 7,
    prompt: 'Make it so.',
    commit: head,
    sessionId: 'thread-7',
    trackedFiles: ['a b/ü.txt', 'leads-out', 'new.txt', 'uncommitted.txt'],
    deletedFiles: ['old.txt'],
  })
})

test('an attempt that fails ends with its exit code and leaves evidence', async () => {
  const { run, readEvidence, git, at } = createPod({ codex: 'echo half > half.txt; exit 7' })
  expect(run('implement.sh').status).toBe(7)
  const read = await readEvidence()
  expect(getStates(read)).toMatchObject({
    'implementation-changes': 'found',
    'implementation-status': 'found',
  })
  expect(read.manifest?.trackedFiles).toEqual(['half.txt'])
  expect(readFileSync(at('attempt/output/.codex-implementation-status.txt'), 'utf8')).toContain(
    'exit code: 7',
  )
  expect(git('-C', at('acme/widgets'), 'branch', '--list', 'codex/*')).toBe('')
})

test('an attempt that could not start leaves the reason in place of the archive', async () => {
  const { run, readEvidence, at } = createPod({ codex: '', prompt: '' })
  expect(run('implement.sh').status).toBe(1)
  expect(getStates(await readEvidence())['implementation-changes']).not.toBe('missing')
  expect(readFileSync(at('attempt/output/.codex-implementation-changes.tar.gz'), 'utf8')).toMatch(
    /could not be collected/,
  )
  expect(readFileSync(at('attempt/output/.codex-implementation-runtime.log'), 'utf8')).toContain(
    'The task has no prompt.',
  )
})

test("the exit handler collects from a lost pod's volume without a partial archive", async () => {
  const { run, readEvidence, at } = createPod({ codex: 'echo half > half.txt; exit 1' })
  run('implement.sh')
  rmSync(at('attempt/output/.codex-implementation-changes.tar.gz'))
  writeFileSync(at('attempt/output/.changes.partial'), 'torn')
  expect(run('collect.sh').status).toBe(0)
  expect((await readEvidence()).manifest?.trackedFiles).toEqual(['half.txt'])
  expect(readdirSync(at('attempt/output'))).not.toContain('.changes.partial')
})

test('the prompt may be only in the task, and longer than one argument', () => {
  const task = Buffer.from(JSON.stringify({ prompt: 'From the task.' })).toString('base64')
  const inTask = createPod({ codex: '', prompt: '', eventBody: task })
  inTask.run('implement.sh')
  expect(readFileSync(inTask.at('asked'), 'utf8')).toBe('From the task.')
  const long = createPod({ codex: '', prompt: 'long '.repeat(60_000) })
  expect(long.run('implement.sh').status).toBe(0)
  expect(readFileSync(long.at('asked'), 'utf8')).toMatch(
    /^Your task is written in the file .*prompt\.md/,
  )
})

test('a workflow outlives all dispatch retries, and only infrastructure failures repeat it', () => {
  const policy = parse(readFileSync(join(root, 'config/policy.yml'), 'utf8'))
  const hours = (text: string): number => Number(/^(\d+)h$/.exec(text)?.[1])
  expect(template.spec.ttlStrategy.secondsAfterCompletion).toBeGreaterThan(
    hours(policy.attempts.dispatch_patience) * 3600,
  )
  expect(template.spec.activeDeadlineSeconds).toBeLessThan(hours(policy.patience.completion) * 3600)
  expect(template.spec.templates[0].retryStrategy.retryPolicy).toBe('OnError')
})
