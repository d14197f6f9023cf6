import { freePort, reachable, runToEnd } from './process.ts'

interface Image {
  readonly image: string
  /** The port it listens at inside. */
  readonly port: number
  readonly env?: (port: number) => Readonly<Record<string, string>>
  readonly command?: readonly string[]
}

/** Does an engine answer? A client alone is not enough. */
export const dockerAnswers = (): Promise<boolean> =>
  runToEnd('docker', ['info', '--format', '{{.ServerVersion}}']).then(
    () => true,
    () => false,
  )

/**
 * Runs one server of an image, reachable at a free port of 127.0.0.1. It is gone, data and all,
 * when it is stopped.
 */
export async function inDocker(
  of: Image,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const port = await freePort()
  const env = Object.entries(of.env?.(port) ?? {}).flatMap(([name, value]) => [
    '-e',
    `${name}=${value}`,
  ])
  const id = await runToEnd('docker', [
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
    await runToEnd('docker', ['stop', '--time', '1', id.trim()])
  }
  const address = `127.0.0.1:${port}`
  for (let looks = 0; !(await reachable(address)); looks += 1) {
    if (looks > 600) {
      await close()
      throw new Error(`${of.image} takes no connections`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { address, close }
}
