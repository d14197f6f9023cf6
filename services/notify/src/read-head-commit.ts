import { execFile } from 'node:child_process'

const GIT_TIMEOUT_MS = 1_000

/** The commit checked out in a folder; null if there is none or git takes longer than a second. */
export function readHeadCommit(folder: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', folder, 'rev-parse', '--verify', 'HEAD'],
      { timeout: GIT_TIMEOUT_MS },
      (error, stdout) => {
        const sha = stdout.trim()
        resolve(error === null && /^[0-9a-f]{40,64}$/.test(sha) ? sha : null)
      },
    )
  })
}
