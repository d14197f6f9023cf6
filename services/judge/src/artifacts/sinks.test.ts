import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHeadSink, createLineSink, createTailSink, type Sink } from './sinks.ts'

const feed = (sink: Sink, bytes: Uint8Array, size: number): void => {
  for (let at = 0; at < bytes.length; at += size) sink.write(bytes.subarray(at, at + size))
  sink.end?.()
}
const pieces = fc.integer({ min: 1, max: 50 })

test('the tail is the end of the text, however it is chunked', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      pieces,
      fc.integer({ min: 1, max: 60 }),
      (text, size, max) => {
        const sink = createTailSink(max)
        feed(sink, Buffer.from(text), size)
        // A cut through a surrogate pair leaves half of it, which becomes the replacement
        // character.
        expect(sink.text()).toBe(text.replaceAll('\0', '\uFFFD').slice(-max).toWellFormed())
      },
    ),
  )
})

test('the head is the start of the text, and reports whether it was cut', () => {
  const sink = createHeadSink(5)
  feed(sink, Buffer.from('hello world'), 3)
  expect([sink.text(), sink.cut()]).toEqual(['hello', true])
  const whole = createHeadSink(5)
  feed(whole, Buffer.from('hello'), 2)
  expect([whole.text(), whole.cut()]).toEqual(['hello', false])
})

test('only \\n ends a line, and the last line needs none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z\r\u2028é😀]{1,20}$/u)),
      pieces,
      fc.boolean(),
      (texts, size, ended) => {
        const seen: (string | null)[] = []
        feed(
          createLineSink((line) => seen.push(line), 1000),
          Buffer.from(texts.join('\n') + (ended ? '\n' : '')),
          size,
        )
        expect(seen).toEqual(texts)
      },
    ),
  )
})

test('a line that is too long is passed as null, and the next one is whole', () => {
  const seen: (string | null)[] = []
  feed(
    createLineSink((line) => seen.push(line), 10),
    Buffer.from(`short\n${'x'.repeat(100)}\nnext\n`),
    7,
  )
  expect(seen).toEqual(['short', null, 'next'])
})
