import { createMinioStore } from '../../services/judge/src/adapters/stores/minio.ts'
import { readArtifact } from '../../services/judge/src/artifacts/read-artifact.ts'

/*
 * A child process of s3.test.ts that reads one artifact from a real server. It reports how much its
 * resident memory grew at most after the client's first request.
 */
const { endpoint, credentials, bucket, key } = JSON.parse(process.env.MEASURE ?? '{}')
const store = createMinioStore({ endpoint, credentials, region: 'us-east-1' })
const { signal } = new AbortController()
await store.open(bucket, 'nothing', signal)

globalThis.gc?.()
const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 5)
const object = await store.open(bucket, key, signal)
if (object === null) throw new Error('there is no such object')
const { storedBytes } = await readArtifact(object, () => null)
clearInterval(watch)
process.send?.({
  outcome: 'read',
  storedBytes,
  extra: Math.max(peak, process.memoryUsage.rss()) - before,
})
process.exit(0)
