import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { chownSync, readFileSync, statSync } from 'node:fs'

/**
 * The user that the embedded PostgreSQL runs as. PostgreSQL refuses to run as root, and initdb
 * refuses a user without a name; a container often has one or the other. The first way that works
 * is chosen:
 *
 * - a user namespace in which this process appears as an ordinary user. No file changes owner. Many
 *   containers forbid it.
 * - for root: another user, who becomes the owner of the data directory and keeps root's right to
 *   pass through directories.
 *
 * Any other user starts the server directly.
 */
export interface ServerUser {
  readonly describe: string
  /** The mode of a new directory above the cluster: the server must be able to pass through it. */
  readonly directoryMode: number
  /** Makes the server's user the owner of `path`, if that is another user. */
  readonly handOver: (path: string) => void
  readonly spawn: (program: string, args: readonly string[], stdio: StdioOptions) => ChildProcess
}

interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/**
 * Chooses the user for files under `directory`. The server is always detached, so that neither
 * Ctrl-C nor the end of this process stops it.
 */
export function chooseServerUser(directory: string): ServerUser {
  const uid = process.getuid?.() ?? null
  const named = listUsers()
  if (uid === null || (uid !== 0 && named.some((user) => user.uid === uid))) return currentUser
  const nobody = named.find(({ name }) => name === 'nobody') ?? named.find((user) => user.uid !== 0)
  const mapping = nobody ? ['--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`] : []
  if (canLaunch('unshare', mapping))
    return createLauncher('in a user namespace', 'unshare', mapping)
  if (uid !== 0 || !nobody) return currentUser
  const owner = named.find((user) => user.uid === statSync(directory).uid && user.uid !== 0)
  return createOtherUser(owner ?? named.find(({ name }) => name === 'postgres') ?? nobody)
}

/** Nothing of our own environment: it holds tokens, and the server can outlive this process. */
const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
const detachedOptions = { detached: true, env: serverEnvironment }

const currentUser: ServerUser = {
  describe: 'as the user of this process',
  directoryMode: 0o700,
  handOver: () => {},
  spawn: (program, args, stdio) => spawn(program, args, { ...detachedOptions, stdio }),
}

/** The launcher must replace itself with the program, so that the process ID is the server's. */
const createLauncher = (
  describe: string,
  launcher: string,
  options: readonly string[],
): ServerUser => ({
  ...currentUser,
  describe,
  spawn: (program, args, stdio) =>
    spawn(launcher, [...options, program, ...args], { ...detachedOptions, stdio }),
})

const canLaunch = (launcher: string, options: readonly string[]): boolean =>
  options.length > 0 &&
  spawnSync(launcher, [...options, 'true'], { stdio: 'ignore', env: serverEnvironment }).status ===
    0

function createOtherUser({ uid, gid }: SystemUser): ServerUser {
  const handOver = (path: string): void => chownSync(path, uid, gid)
  const dropOptions = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  if (canLaunch('setpriv', dropOptions))
    return { ...createLauncher(`as user ${uid}`, 'setpriv', dropOptions), handOver }
  return {
    describe: `as user ${uid}, who must be able to reach the data directory`,
    directoryMode: 0o711,
    handOver,
    spawn: (program, args, stdio) => spawn(program, args, { ...detachedOptions, stdio, uid, gid }),
  }
}

const listUsers = (): readonly (SystemUser & { readonly name: string | undefined })[] =>
  [...readPasswd().matchAll(/^([^:\n]+):[^:\n]*:(\d+):(\d+):/gm)].map(([, name, uid, gid]) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
  }))

/** Empty where users are stored elsewhere (macOS): there, only root needs another user. */
function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
