/** A run of base64 and the text that it stands for. */
export interface EncodedText {
  readonly start: number
  readonly end: number
  readonly decoded: string
}

/**
 * Long enough to hold a credential; wrapped lines count as one run, with signs of a diff before
 * them. A run is only tried where it begins, or every word would be read once for each letter.
 */
const encodedPattern =
  /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,131072}={0,2}(?:\r?\n[+\- ]?[ \t]{0,40}[A-Za-z0-9+/]{20,200}={0,2}){0,2000}/g

/** The characters that are decoded first, to tell a text from an image or a digest. */
const PROBE_CHARS = 64

/**
 * Every run of base64 whose content is a text. What decodes to other bytes (images, digests, keys in
 * binary form) is left out.
 */
export const findEncodedTexts = (text: string): readonly EncodedText[] =>
  text
    .matchAll(encodedPattern)
    .filter(({ 0: run }) => isText(decode(run.slice(0, PROBE_CHARS))))
    .map(({ 0: run, index: start }) => ({ start, end: start + run.length, decoded: decode(run) }))
    .filter(({ decoded }) => decoded.length >= 20)
    .toArray()

const decode = (run: string): string =>
  Buffer.from(run.replace(/\r?\n[+\- ]?[ \t]*/g, ''), 'base64').toString('latin1')

/** Whether a decoded beginning is printable ASCII. A random one is so less than once in 10^12. */
const isText = (decoded: string): boolean => /^[\t\n\r\x20-\x7E]{18,}$/.test(decoded)
