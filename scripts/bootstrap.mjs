// node scripts/bootstrap.mjs script.ts [argument...]
//
// Starts a TypeScript program on a fresh clone: it installs the workspace if the lockfile has
// changed since the last complete install, and runs the script with the Node 24 that the lockfile
// pins. It must run on any Node from 20.19 with nothing installed, so it is plain JavaScript
// without dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { constants, tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stamp = join(modules, '.bootstrap')
const pinned = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node')

try {
  requireNode(20, 19, 'Codex Judge needs Node 20.19 or newer')
  const [script, ...args] = process.argv.slice(2)
  process.exitCode =
    (await ensureInstalled()) ||
    (script ? await run(findNode(), [resolve(root, script), ...args]) : 0)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function requireNode(major, minor, message) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  throw new Error(`${message}; this is ${process.version} (${process.execPath}).`)
}

/**
 * The Node from the lockfile, which has one for Linux on x64 and arm64; elsewhere the current one,
 * if it is new enough.
 */
function findNode() {
  if (existsSync(pinned)) return pinned
  const platform = `${process.platform} ${process.arch}`
  requireNode(
    24,
    0,
    `Codex Judge installs its own Node on Linux only and needs Node 24 or newer on ${platform}`,
  )
  return process.execPath
}

/** A digest of what the install depends on. If it has not changed, there is nothing to install. */
function computeFingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === computeFingerprint()
}

/**
 * Returns the exit code of the install. If two run at the same time, the second waits for the first
 * and then has nothing to do.
 */
async function ensureInstalled() {
  for (let code = 0; code === 0 && !isInstalled(); ) {
    const lock = await takeLock()
    if (lock) code = await install().finally(lock.release)
    if (code !== 0) return code
  }
  return 0
}

async function install() {
  if (isInstalled()) return 0
  console.error('Installing the dependencies (once; the lockfile is new or has changed) …')
  const fingerprint = computeFingerprint()
  rmSync(stamp, { force: true })
  // The output goes to standard error, because standard output belongs to the script. `CI` makes
  // pnpm replace a stale node_modules without asking. The PATH is the machine's own, because the
  // install may replace the Node in node_modules while it runs.
  const env = { ...process.env, CI: 'true' }
  const command = ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile']
  const code = await run('npx', command, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (code === 0) {
    mkdirSync(modules, { recursive: true })
    writeFileSync(stamp, fingerprint)
  } else console.error(`The install failed with exit code ${code}; its output is above.`)
  return code
}

/**
 * Uses a listening socket as the lock, because the kernel closes it however its process ends.
 * Resolves to null once another holder has released it, so that the caller checks again.
 */
function takeLock() {
  const name = `codex-judge-bootstrap-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  const path = process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
  return new Promise((done, fail) => {
    const waiting = new Set()
    const server = createServer((socket) => {
      waiting.add(socket)
      socket.on('error', () => {})
    })
    const release = () => {
      server.close()
      for (const socket of waiting) socket.destroy()
    }
    server.listen(path, () => done({ release }))
    server.on('error', (error) => {
      if (error.code !== 'EADDRINUSE') return fail(error)
      const holder = connect(path).resume()
      holder.on('error', ({ code }) => {
        // A killed holder leaves its socket file behind, except in Linux's abstract namespace.
        if (code === 'ECONNREFUSED' && !path.startsWith('\0')) rmSync(path, { force: true })
      })
      holder.on('close', () => setTimeout(done, 50, null))
    })
  })
}

/**
 * Runs a program and returns its exit code, or 128 + n for signal n, as a shell does. Signals are
 * forwarded, except Ctrl-C in a terminal: that reaches the program already, and a second one would
 * make it stop without cleaning up.
 */
function run(program, args, options = {}) {
  const path = [dirname(pinned), join(modules, '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    ...options,
  })
  const forward = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of forwarded) process.on(signal, forward)
  return new Promise((done, fail) => {
    child.on('error', (error) => fail(new Error(`${program} cannot be started: ${error.message}`)))
    child.on('exit', (code, signal) => {
      for (const name of forwarded) process.off(name, forward)
      done(code ?? 128 + constants.signals[signal])
    })
  })
}
