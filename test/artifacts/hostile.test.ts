import { expect, test } from 'vitest'
import type { ArtifactName } from '../../services/judge/src/artifacts/evidence.ts'
import {
  artifactLimits,
  RefusedArtifact,
} from '../../services/judge/src/artifacts/read-artifact.ts'
import { createArtifactReader } from '../../services/judge/src/composition/read-artifacts.ts'
import { inPieces, tgz } from './archives.ts'
import { hostileObjects } from './hostile.ts'

const open = (bytes: Buffer) => ({ bytes: bytes.length, stream: inPieces(bytes, 64 * 1024) })
const names: readonly ArtifactName[] = ['implementation-changes', 'implementation-events']

/** Counts how often other work got its turn while something was done. */
async function countTurns<T>(work: Promise<T>): Promise<{ readonly turns: number; result: T }> {
  let turns = 0
  const ticking = setInterval(() => {
    turns += 1
  }, 1)
  const result = await work
  clearInterval(ticking)
  return { turns, result }
}

test('no object that an agent can store stops the service or the next reading', async () => {
  const reader = createArtifactReader({ time: 800 })
  const outcomes: Record<string, string> = {}
  for (const [what, make] of Object.entries(hostileObjects)) {
    const bytes = make()
    for (const name of names) {
      const read = reader.collect(name, open(bytes)).then(
        ({ part }) => `read as ${part.kind}`,
        (error: unknown) => (error instanceof RefusedArtifact ? 'refused' : String(error)),
      )
      outcomes[`${what}: ${name}`] = (await countTurns(read)).result
    }
  }
  expect(
    Object.values(outcomes).filter((outcome) => !/^(?:read as|refused)/.test(outcome)),
  ).toEqual([])
  expect(outcomes).toMatchObject({
    'sixty thousand empty entries: implementation-changes': 'refused',
    'a sparse file: implementation-changes': 'refused',
    'an archive that is cut: implementation-changes': 'refused',
    'gzip in gzip in gzip: implementation-events': 'refused',
    'one line of eight mebibytes: implementation-events': 'read as events',
    'two million empty lines: implementation-events': 'read as events',
    'one global header with 100,000 keys, applied to 3,000 entries: implementation-changes':
      'refused',
  })
  const { part } = await reader.collect(
    'implementation-changes',
    open(await tgz({ name: 'metadata/git-status.txt', content: ' M a\n' })),
  )
  expect(part).toMatchObject({ gitStatus: ' M a\n' })
})

test('a reading is ended when it takes too long, and the process goes on meanwhile', async () => {
  const reader = createArtifactReader({ time: 300 })
  const lines = hostileObjects['a megabyte of small objects in each of a hundred lines']?.()
  const { turns, result } = await countTurns(
    reader.collect('implementation-events', open(lines ?? Buffer.alloc(0))).catch(String),
  )
  expect(result).toBe('Error: reading it takes longer than 0.3 s')
  expect(turns).toBeGreaterThan(20)
})

test('a reading is ended when it takes too much memory', async () => {
  const reader = createArtifactReader({ heapMb: 12 })
  const lines = hostileObjects['a megabyte of small objects in each of a hundred lines']?.()
  const read = reader.collect('implementation-events', open(lines ?? Buffer.alloc(0)))
  await expect(read).rejects.toThrow('reading it takes more than 12 MiB of memory')
})

test('a small object is read without a thread, and only within limits that are safe', async () => {
  const reader = createArtifactReader({ threads: 0 })
  const small = await tgz({ name: 'implementation-log', content: 'done\n' })
  expect((await reader.collect('implementation-log', open(small))).part).toEqual({
    kind: 'text',
    text: 'done\n',
  })
})

test('a text for people is read in a thread, too, and says where it is cut', async () => {
  const reader = createArtifactReader()
  const short = await tgz({ name: 'a/log', content: 'one\n' }, { name: 'b/log', content: 'two\n' })
  expect(await reader.readText(open(short))).toEqual({
    text: '==> a/log <==\none\n\n==> b/log <==\ntwo\n',
    truncated: false,
  })
  const long = await tgz({ name: 'a/log', content: Buffer.alloc(12_000_000, 'line\n') })
  const { text, truncated } = await reader.readText(open(long))
  expect([text.length > 1_000_000, truncated]).toEqual([true, true])
})

test('what the store fails with is not the fault of the object', async () => {
  const reader = createArtifactReader({ artifact: artifactLimits })
  async function* breakOff(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(100_000)
    throw new Error('the connection was reset')
  }
  const read = () => reader.collect('main-logs', { bytes: null, stream: breakOff() })
  await expect(read()).rejects.toThrow('the connection was reset')
  await expect(read()).rejects.toThrow('the connection was reset')
})

test('lines that are too long to keep are counted and said', async () => {
  const long = `{"type":"item.completed","item":{"text":"${'x'.repeat(1024 * 1024)}"}}\n`
  const reader = createArtifactReader()
  const { part } = await reader.collect(
    'implementation-events',
    open(Buffer.from(`{"type":"turn.started"}\n${long}{"type":"turn.completed"}\n`)),
  )
  expect(part).toMatchObject({
    stream: { longLines: 1, oddLines: 1, lastTurn: { kind: 'completed' }, commands: null },
  })
})
