import { findFreePort, isReachable, runProgram } from './process.ts'

interface DockerImage {
  readonly image: string
  /** The port inside the container. */
  readonly port: number
  readonly env?: (port: number) => Readonly<Record<string, string>>
  readonly command?: readonly string[]
}

/** Whether a Docker engine answers; the client alone is not enough. */
export const isDockerAvailable = (): Promise<boolean> =>
  runProgram('docker', ['info', '--format', '{{.ServerVersion}}']).then(
    () => true,
    () => false,
  )

/** Starts a server from an image on a free port of 127.0.0.1. Stopping it removes its data. */
export async function startInDocker(
  of: DockerImage,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const port = await findFreePort()
  const env = Object.entries(of.env?.(port) ?? {}).flatMap(([name, value]) => [
    '-e',
    `${name}=${value}`,
  ])
  const id = await runProgram('docker', [
    'run',
    '--detach',
    '--rm',
    '--publish',
    `127.0.0.1:${port}:${of.port}`,
    ...env,
    of.image,
    ...(of.command ?? []),
  ])
  const close = async () => {
    await runProgram('docker', ['stop', '--time', '1', id.trim()])
  }
  const address = `127.0.0.1:${port}`
  for (let checks = 0; !(await isReachable(address)); checks += 1) {
    if (checks > 600) {
      await close()
      throw new Error(`${of.image} accepts no connections`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { address, close }
}
