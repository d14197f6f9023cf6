import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { readArtifact } from '../../services/judge/src/artifacts/read-artifact.ts'

/*
 * The child process of memory.test.ts: reads the archive that its argument names, which a process of
 * its own generates meanwhile, and reports by how much the peak of its resident memory exceeds the
 * start.
 */

const mebibyte = 1024 * 1024

/** Bytes that do not compress, the same in every run. */
function noise(seed: number): Buffer {
  const block = Buffer.alloc(mebibyte)
  for (let at = 0; at < mebibyte; at += 32)
    createHash('sha256').update(`${seed}:${at}`).digest().copy(block, at)
  return block
}

/** A changes archive inside Argo's own: 52 files of a mebibyte of noise. */
function archive(): Readable {
  const tar = pack()
  const add = async (): Promise<void> => {
    for (let file = 0; file < 52; file += 1) {
      await new Promise<void>((done, failed) =>
        tar.entry({ name: `files/${file}` }, noise(file), (error) =>
          error ? failed(error) : done(),
        ),
      )
    }
    tar.finalize()
  }
  void add()
  return Readable.from(tar)
    .pipe(createGzip({ level: 1 }))
    .pipe(createGzip({ level: 1 }))
}

function* zeros(): Generator<Uint8Array> {
  const block = new Uint8Array(mebibyte)
  for (let sent = 0; sent < 10 * 1024; sent += 1) yield block
}

const generators = { archive, bomb: () => Readable.from(zeros()).pipe(createGzip()) } as const
type What = keyof typeof generators

async function measure(what: What): Promise<void> {
  const generator = spawn(process.execPath, [fileURLToPath(import.meta.url), what, 'generate'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)

  const result = await readArtifact({ bytes: null, stream: generator.stdout }, () => null).then(
    ({ storedBytes }) => ({ outcome: 'read', storedBytes }),
    (error: unknown) => ({
      outcome: `refused: ${error instanceof Error ? error.message : String(error)}`,
      storedBytes: 0,
    }),
  )
  clearInterval(watch)
  process.send?.({ ...result, extra: Math.max(peak, process.memoryUsage.rss()) - before })
  process.disconnect()
  generator.kill()
}

const [, , what, mode] = process.argv
if (what !== 'archive' && what !== 'bomb') throw new Error(`not an archive: ${what}`)
if (mode === 'generate') await pipeline(generators[what](), process.stdout).catch(() => {})
else await measure(what)
