import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findBuild } from '@codex-judge/console/build'
import { clip } from '../lib/text.ts'

/** Where the console's files are, or why there are none. */
export type ConsoleBuild =
  | { readonly kind: 'building' }
  | { readonly kind: 'built'; readonly directory: string }
  | { readonly kind: 'failed'; readonly because: string }

const MAX_OUTPUT = 4_000

type FinishedBuild = Exclude<ConsoleBuild, { kind: 'building' }>

/**
 * Finds the build of the console's current sources, or builds them in a process of its own, which
 * takes some seconds. Never rejects: the service works without its pages.
 */
export async function buildConsole(): Promise<FinishedBuild> {
  const directory = await findBuild().catch(() => null)
  return directory === null ? await runBuilder() : { kind: 'built', directory }
}

function runBuilder(): Promise<FinishedBuild> {
  const script = fileURLToPath(import.meta.resolve('@codex-judge/console/build'))
  return new Promise((done) => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      out = (out + chunk.toString()).slice(-MAX_OUTPUT)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err = (err + chunk.toString()).slice(-MAX_OUTPUT)
    })
    child.once('error', ({ message }) => done({ kind: 'failed', because: message }))
    child.once('close', (code) => {
      const directory = out.trim().split('\n').at(-1) ?? ''
      done(
        code === 0 && directory !== ''
          ? { kind: 'built', directory }
          : { kind: 'failed', because: clip(err.trim() || `exit code ${code}`, MAX_OUTPUT) },
      )
    })
    // A service that has to stop does not wait for its pages.
    child.unref()
  })
}
