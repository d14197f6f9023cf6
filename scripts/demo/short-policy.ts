import { parse, parseDocument } from 'yaml'

/** Shorter times, so that the demo takes seconds. Every other rule is the shipped one. */
const shortTimes: Readonly<Record<string, string | readonly string[]>> = {
  'attempts.backoff': ['1s'],
  'attempts.dispatch_patience': '30s',
  'ci.wait': '40s',
  'ci.no_checks_grace': '4s',
  'review.wait': '40s',
  'review.arrival': '2s',
  'review.request_after': '1s',
  'judge.timeout': '10s',
  'judge.patience': '15s',
  'patience.github': '30s',
  'patience.artifacts': '10s',
}

/** The shipped policy with short times and with the changed keys. */
export function shortenPolicy(
  shipped: string,
  wanted: readonly (readonly [key: string, value: string])[],
): string {
  const document = parseDocument(shipped)
  for (const [key, value] of Object.entries(shortTimes)) document.setIn(key.split('.'), value)
  for (const [key, value] of wanted)
    document.setIn(key.split('.'), document.createNode(parse(value)))
  return document.toString()
}
