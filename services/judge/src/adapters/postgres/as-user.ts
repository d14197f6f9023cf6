import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'

/**
 * PostgreSQL refuses to run as root, and its set-up refuses a user without a name; in containers we
 * are often one or the other. Ways around it, the first that works is taken:
 *
 * - a user namespace in which we appear as an ordinary user. Nothing changes owner, and directories
 * that only we may enter stay
 *   usable. Many containers forbid it.
 * - for root, another user, to whom the data directory is given, with root's right to pass through
 * directories.
 *
 * Everybody else starts it plainly.
 */
export interface AsUser {
  readonly describe: string
  /**
   * The mode of a directory we make above the cluster: the server must be able to pass through it.
   */
  readonly passage: number
  /** Hands `path` over where the server's files must belong to somebody else. */
  readonly own: (path: string) => void
  readonly start: (program: string, args: readonly string[], stdio: StdioOptions) => ChildProcess
}

interface User {
  readonly uid: number
  readonly gid: number
}

/**
 * Chooses the way for files under `directory`. Always detached: neither Ctrl-C nor our death may
 * take the server along.
 */
export function asUser(directory: string): AsUser {
  const uid = process.getuid?.() ?? null
  const named = users()
  if (uid === null || (uid !== 0 && named.some((user) => user.uid === uid))) return plain
  const nobody = named.find(({ name }) => name === 'nobody') ?? named.find((user) => user.uid !== 0)
  const mapping = nobody ? ['--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`] : []
  if (works('unshare', mapping)) return behind('in a user namespace', 'unshare', mapping)
  if (uid !== 0 || !nobody) return plain
  const owner = named.find((user) => user.uid === statSync(directory).uid && user.uid !== 0)
  return otherUser(owner ?? named.find(({ name }) => name === 'postgres') ?? nobody)
}

/** Nothing of our own environment: it holds tokens, and the server may outlive us. */
const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const detached = { detached: true, env }

const plain: AsUser = {
  describe: 'as the user of this process',
  passage: 0o700,
  own: () => {},
  start: (program, args, stdio) => spawn(program, args, { ...detached, stdio }),
}

/** A launcher replaces itself by the program, so that the process id we get is the server's. */
const behind = (describe: string, launcher: string, options: readonly string[]): AsUser => ({
  ...plain,
  describe,
  start: (program, args, stdio) =>
    spawn(launcher, [...options, program, ...args], { ...detached, stdio }),
})

const works = (launcher: string, options: readonly string[]): boolean =>
  options.length > 0 &&
  spawnSync(launcher, [...options, 'true'], { stdio: 'ignore', env }).status === 0

function otherUser({ uid, gid }: User): AsUser {
  const own = (path: string): void => chownSync(path, uid, gid)
  const drop = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  if (works('setpriv', drop)) return { ...behind(`as user ${uid}`, 'setpriv', drop), own }
  return {
    describe: `as user ${uid}, who must be able to reach the data directory`,
    passage: 0o711,
    own,
    start: (program, args, stdio) => spawn(program, args, { ...detached, stdio, uid, gid }),
  }
}

const users = (): readonly (User & { readonly name: string | undefined })[] =>
  [...readPasswd().matchAll(/^([^:\n]+):[^:\n]*:(\d+):(\d+):/gm)].map(([, name, uid, gid]) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
  }))

/** Absent where users are kept elsewhere (macOS); who has no root there needs no answer from it. */
function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
