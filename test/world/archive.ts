import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** A `.tgz` of these files, as Argo stores outputs. The same input gives the same bytes. */
export async function createTgz(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Buffer> {
  const archive = pack()
  for (const [name, content] of Object.entries(files))
    archive.entry({ name, mtime: new Date(0) }, Buffer.from(content))
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  return gzipSync(Buffer.concat(chunks))
}
