import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/**
 * Whether GitHub's signature (`sha256=<hex>`) was made over exactly these bytes with one of the
 * secrets, of which there are two during a rotation. The Octokit packages verify text; but a signed
 * body that is not UTF-8 still comes from GitHub and must be quarantined, not refused.
 */
export function isSigned(
  body: Uint8Array,
  signature: string,
  secrets: readonly KeyObject[],
): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature.trim())?.[1]
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  return (
    secrets.filter((secret) =>
      timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given),
    ).length > 0
  )
}
