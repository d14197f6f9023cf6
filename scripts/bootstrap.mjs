// node scripts/bootstrap.mjs script.ts [argument...]
//
// What stands between `npm start` on a fresh clone and a program in TypeScript: it installs the
// workspace where the lockfile has changed since the last complete install, and runs the script
// under the Node 24 that the lockfile pins. It must itself run under any Node from 20.19 on, with
// nothing installed, so it is plain JavaScript on Node's own modules.
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
    (await installOnce()) || (script ? await run(node(), [resolve(root, script), ...args]) : 0)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function requireNode(major, minor, sentence) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  throw new Error(`${sentence}; this is ${process.version} (${process.execPath}).`)
}

/**
 * The Node the lockfile brought, where it brings one (Linux on x64 and arm64); else the one that
 * runs this, if it is new enough.
 */
function node() {
  if (existsSync(pinned)) return pinned
  const platform = `${process.platform} ${process.arch}`
  requireNode(
    24,
    0,
    `Codex Judge needs Node 24 or newer on ${platform}, where it cannot bring its own: install it and try again`,
  )
  return process.execPath
}

/** What an install depends on: the same text, nothing to do. */
function wanted() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()
}

/**
 * Answers the exit code of the install. Two at once: the second waits for the first, and then finds
 * nothing to do.
 */
async function installOnce() {
  for (let code = 0; code === 0 && !installed(); ) {
    const lock = await takeLock()
    if (lock) code = await install().finally(lock.release)
    if (code !== 0) return code
  }
  return 0
}

async function install() {
  if (installed()) return 0
  console.error('Installing what the lockfile names …')
  const fingerprint = wanted()
  rmSync(stamp, { force: true })
  // Output goes to standard error: standard output is the script's. CI: pnpm replaces a stale
  // node_modules without asking. The PATH is the machine's own: the Node in node_modules may be
  // replaced under way.
  const env = { ...process.env, CI: 'true' }
  const command = ['--yes', 'pnpm@12', 'install', '--frozen-lockfile']
  const code = await run('npx', command, { cwd: root, env, stdio: ['ignore', 2, 2] })
  if (code === 0) {
    mkdirSync(modules, { recursive: true })
    writeFileSync(stamp, fingerprint)
  } else console.error(`The install failed (exit code ${code}); what it said is above.`)
  return code
}

/**
 * A listening socket is the lock: it ends with its process, however that ends. Answers null after
 * the holder has let go, so that the caller looks again.
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
        // The file of a holder that was killed; a socket in Linux's abstract namespace leaves none.
        if (code === 'ECONNREFUSED' && !path.startsWith('\0')) rmSync(path, { force: true })
      })
      holder.on('close', () => setTimeout(done, 50, null))
    })
  })
}

/**
 * Runs a program to its end and answers its exit code, 128 + n for signal n, as a shell does.
 * Signals are passed on. A terminal's Ctrl-C reaches the program by itself, and twice would be
 * taken for "at once, without tidying up".
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
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of passed) process.on(signal, forward)
  return new Promise((done, fail) => {
    child.on('error', (error) => fail(new Error(`${program} cannot be started: ${error.message}`)))
    child.on('exit', (code, signal) => {
      for (const name of passed) process.off(name, forward)
      done(code ?? 128 + constants.signals[signal])
    })
  })
}
