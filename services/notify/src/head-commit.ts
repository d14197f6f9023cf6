import { execFile } from 'node:child_process'

/**
 * The commit that is checked out in a folder; null where there is none, or git takes longer than a
 * second to say.
 */
export function headCommit(folder: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', folder, 'rev-parse', '--verify', 'HEAD'],
      { timeout: 1000 },
      (error, stdout) => {
        const sha = stdout.trim()
        resolve(error === null && /^[0-9a-f]{40,64}$/.test(sha) ? sha : null)
      },
    )
  })
}
