import { findClosing } from '../call-chain.ts'

const logPattern =
  /^(?:\w+(?:\(\))?(?:\.|::))*(?:Logf?|[fF]?[pP]rint\w*|e?println!|dbg!|[wW]arn\w*!?|[iI]nfo\w*!?|[dD]ebug\w*!?|trace!?)$|^(?:log\w*|slog|console|LOG\w*|tracing|System\.err)(?:\.|::)error!?$/
const quietPattern = /^(?:\w+\s*=\s*\w+|return|continue|break|pass)$/

/** Whether a block only writes down what it found, so that the test goes on and passes. */
export function onlyLogs(block: string): boolean {
  const code = dropArguments(block.trim().replace(/^:|^\{|\}$/g, ''))
  const statements = code
    .replace(/\/\/.*|#.*/g, '')
    .split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return (
    statements.some((line) => logPattern.test(line)) &&
    statements.every((line) => logPattern.test(line) || quietPattern.test(line))
  )
}

/** The code without the arguments of its calls. */
function dropArguments(code: string): string {
  let rest = ''
  for (let at = 0; at < code.length; at += 1)
    if (code[at] === '(') at = findClosing(code, at)
    else rest += code[at]
  return rest
}
