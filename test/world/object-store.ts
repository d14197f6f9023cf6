import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { type HttpAnswer, type HttpServer, serve } from './serve.ts'

/**
 * An S3 server that reads a filesystem store: objects, and no listings. It accepts any signature.
 */
export async function createObjectStoreWorld(options: {
  readonly storeDir: string
}): Promise<HttpServer> {
  return await serve(async ({ method, path }): Promise<HttpAnswer> => {
    const file = join(options.storeDir, normalize(decodeURIComponent(path)))
    const bytes = method === 'GET' ? await readFile(file).catch(() => null) : null
    if (bytes !== null)
      return { status: 200, headers: { 'content-length': String(bytes.length) }, body: bytes }
    return {
      status: 404,
      headers: { 'content-type': 'application/xml' },
      body: '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>',
    }
  })
}
