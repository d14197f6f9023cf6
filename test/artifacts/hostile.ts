import { gzipSync } from 'node:zlib'

/*
 * Objects that an agent could store to stop the service. The headers of the archives are written
 * here, because no library writes such archives.
 */

const BLOCK_BYTES = 512

/** A header with a right checksum, as `ustar` has it. */
function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.write(name.slice(0, 100))
  block.write('0000644\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write(' '.repeat(8), 148)
  block.write(type, 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function entry(name: string, content: Buffer | string, type = '0'): Buffer {
  const bytes = Buffer.from(content)
  const padding = Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)
  return Buffer.concat([header(name, bytes.length, type), bytes, padding])
}

const end = Buffer.alloc(2 * BLOCK_BYTES)
const archive = (...parts: readonly Buffer[]): Buffer => Buffer.concat([...parts, end])

/** So many records of an extended header, each with another key. */
const records = (count: number): Buffer =>
  Buffer.from(
    Array.from({ length: count }, (_, index) => {
      const record = ` k${index.toString(36)}=\n`
      const length = record.length + String(record.length + 2).length
      return `${length}${record}`
    }).join(''),
  )

const repeat = (part: Buffer, count: number): Buffer => Buffer.concat(Array(count).fill(part))

/** Each with the name of what it attacks. They are made when they are used, one after another. */
export const hostileObjects: Readonly<Record<string, () => Buffer>> = {
  'one global header with 100,000 keys, applied to 3,000 entries': () =>
    gzipSync(
      archive(
        entry('g', records(100_000), 'g'),
        repeat(Buffer.concat([entry('x', '9 path=a\n', 'x'), entry('a', '')]), 3_000),
      ),
    ),
  'thousands of global headers': () =>
    gzipSync(archive(repeat(entry('g', records(2_000), 'g'), 500), entry('a', 'x'))),
  'a header of four mebibytes': () =>
    gzipSync(archive(entry('x', Buffer.alloc(4 * 1024 * 1024 - 512, '1 '), 'x'), entry('a', 'x'))),
  'a header that says it has eight gibibytes': () =>
    archive(header('x', 8 * 1024 ** 3 - 1, 'x'), Buffer.alloc(1024 * 1024)),
  'long names': () =>
    gzipSync(
      archive(repeat(Buffer.concat([entry('L', 'n'.repeat(100_000), 'L'), entry('a', '')]), 200)),
    ),
  'a sparse file': () => archive(entry('a', 'x'.repeat(200_000), 'S')),
  'sixty thousand empty entries': () =>
    gzipSync(archive(repeat(entry('metadata/a', ''), 60_000)), { level: 1 }),
  'an archive that is cut': () => archive(entry('a', 'x'.repeat(200_000))).subarray(0, 150_000),
  'gzip in gzip in gzip': () => gzipSync(gzipSync(gzipSync(Buffer.alloc(300 * 1024 * 1024)))),
  'one line of eight mebibytes': () =>
    gzipSync(`{"type":"item.completed","item":{"text":"${'x'.repeat(8 * 1024 * 1024)}"}}\n`),
  'a megabyte of brackets in each of a hundred lines': () =>
    gzipSync(`${`${'['.repeat(1024 * 1024 - 2)}\n`.repeat(100)}`),
  'a megabyte of small objects in each of a hundred lines': () =>
    gzipSync(`{"a":[${'{"b":{}},'.repeat(110_000)}0]}\n`.repeat(100)),
  'a megabyte of keys in each of a hundred lines': () =>
    gzipSync(`{${Array.from({ length: 80_000 }, (_, at) => `"k${at}":0`).join()}}\n`.repeat(100)),
  'two million empty lines': () => gzipSync(Buffer.alloc(2_000_000, '\n')),
  'many short lines that are no JSON': () => gzipSync(Buffer.alloc(1_500_000, '{x}\n')),
  '100,000 threads with long names': () =>
    gzipSync(
      Array.from(
        { length: 100_000 },
        (_, at) =>
          `{"type":"thread.started","thread_id":"${at}${'t'.repeat(100)}"}\n{"type":"turn.completed","usage":{}}\n`,
      ).join(''),
    ),
  'no text at all': () => gzipSync(Buffer.alloc(1_000_000, Buffer.from([0, 0xff, 0xc3, 0x28, 10]))),
}
