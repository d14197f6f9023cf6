/** Calls that belong to the language, to its runner of tests or to its assertions. */
const ownCalls =
  /^(?:if|for|while|switch|match|catch|when|return|func|function|fn|fun|def|class|async|await|not|and|or|in|range|super|describe|it|test|suite|context|expect\w*|assert\w*|should\w*|fail\w*|verify\w*|t\.\w+|b\.\w+|self\.(?:assert\w*|fail|skipTest)|pytest\.\w+|require\.\w+|len|append|make|new|print\w*|fmt\.\w+|str|int|float|bool|list|dict|set|tuple|len|vec|format|println|panic|Some|Ok|Err|None|String|Number|Boolean|Array|Object|console\.\w+|listOf|arrayOf|mapOf|List\.of|Arrays\.asList|System\.out\.\w+|jest\.\w+|vi\.\w+)$/

const callPattern = /(?<![\w.])([A-Za-z_$][\w$]*(?:(?:\.|::)[A-Za-z_$][\w$]*)*)!?\s*\(/g

/**
 * Whether the code of a test calls anything besides what is there to test with, and what the test
 * itself defines. One that does not cannot fail, whatever the program does.
 */
export function callsProgram(code: string, name: string): boolean {
  const text = code.replace(/\/\/.*|#(?!\[).*|\/\*[\s\S]*?\*\/|"""[\s\S]*?"""/g, '')
  if (/<[A-Z]\w*[\s/>]|\bnew\s+[A-Z]/.test(text)) return true
  const called = [...text.matchAll(callPattern)].map(([, callee = '']) => callee)
  return called.some((callee) => callee !== name && !ownCalls.test(callee)) || checksOther(text)
}

const localPattern =
  /(?:\b(?:const|let|var|val|mut|for|case)\s+(?:\(|\[|\{)?\s*|,\s*)([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*(?::=|=(?!=)|\s+in\b|\s+of\b)/g

/** Whether an assertion is about something that the test does not define itself. */
function checksOther(text: string): boolean {
  const code = text.replace(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, '')
  const locals = new Set([...code.matchAll(localPattern)].map((found) => found[1] ?? found[2]))
  const checks = code.split('\n').filter((line) => /\b(?:expect|assert\w*)\b|\bt\.\w+\(/.test(line))
  return checks
    .flatMap((line) => line.match(/(?<![\w.$])[A-Za-z_$][\w$]*(?!\s*:)/g) ?? [])
    .some((word) => !locals.has(word) && !ownWords.test(word))
}

const ownWords =
  /^(?:expect|assert\w*|t|b|self|this|true|false|null|undefined|None|True|False|nil|if|else|for|not|in|is|and|or|await|return|new|typeof|const|let|var)$/
