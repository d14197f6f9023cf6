import { expect, test } from 'vitest'
import { onlyLogs } from './only-logs.ts'

test.each([
  ['{ t.Logf("a %s", f(b)) }', true],
  ['{\n\tt.Logf("a: %d\\n",\n\t\tn)\n\tconverged = false\n}', true],
  ['{ eprintln!("a"); return; }', true],
  ['{ System.err.println("a " + b); }', true],
  ['    print("a")\n    logger.warning("b")', true],
  ['{ t.Errorf("a") }', false],
  ['{ t.Log("a"); t.FailNow() }', false],
  ['{ cleanUp() }', false],
  ['{ x = 1 }', false],
  ['{}', false],
])('%j', (block, logs) => expect(onlyLogs(block)).toBe(logs))
