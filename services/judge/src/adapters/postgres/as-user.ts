import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'

/**
 * PostgreSQL refuses to run as root, and in many containers we are. Two ways around it, the first that works is taken:
 *
 * - a user namespace in which root appears as an ordinary user. Nothing changes owner, and directories that only root may
 *   enter stay usable. Many containers forbid it.
 * - another user, to whom the data directory is given. He must be able to reach it and the programs.
 *
 * Who is not root starts it plainly.
 */
export interface AsUser {
  readonly describe: string
  /** The mode of a directory we make above the cluster: the server must be able to pass through it. */
  readonly passage: number
  /** Hands `path` over where the server's files must belong to somebody else. */
  readonly own: (path: string) => void
  readonly start: (program: string, args: readonly string[], stdio: StdioOptions) => ChildProcess
}

/** Chooses the way for files under `directory`. Always detached: neither Ctrl-C nor our death may take the server along. */
export function asUser(directory: string): AsUser {
  if (process.getuid?.() !== 0) return plain
  return namespaceWorks() ? inNamespace : otherUser(unprivileged(directory))
}

/** Nothing of our own environment: it holds tokens, and the server may outlive us. */
const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const plain: AsUser = {
  describe: 'as the user of this process',
  passage: 0o700,
  own: () => {},
  start: (program, args, stdio) => spawn(program, args, { detached: true, stdio, env }),
}

const mapping = ['--user', '--map-user=1000', '--map-group=1000']

/** `unshare` replaces itself by the program, so that the process id we get is the server's. */
const inNamespace: AsUser = {
  describe: 'as root, in a user namespace',
  passage: 0o700,
  own: () => {},
  start: (program, args, stdio) => spawn('unshare', [...mapping, program, ...args], { detached: true, stdio, env }),
}

const namespaceWorks = (): boolean => spawnSync('unshare', [...mapping, 'true'], { stdio: 'ignore', env }).status === 0

/** Exported for its test: where namespaces work nothing else would ever take this way. */
export const otherUser = ({ uid, gid }: { readonly uid: number; readonly gid: number }): AsUser => ({
  describe: `as user ${uid}`,
  passage: 0o711,
  own: (path) => chownSync(path, uid, gid),
  start: (program, args, stdio) => spawn(program, args, { detached: true, stdio, env, uid, gid }),
})

/** Whoever owns the directory, else the machine's `postgres`, else `nobody`. */
function unprivileged(directory: string): { readonly uid: number; readonly gid: number } {
  const owner = statSync(directory)
  if (owner.uid !== 0) return owner
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : { uid: 65534, gid: 65534 }
}
