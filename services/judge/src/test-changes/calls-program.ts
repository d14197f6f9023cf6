/** Words of the languages, of their runners of tests and of assertions; none names the program. */
const ownWords =
  /^(?:if|else|elif|for|while|switch|case|default|break|continue|match|catch|try|when|return|func|function|fn|fun|def|class|async|await|not|and|or|in|is|of|range|super|new|typeof|const|let|var|val|mut|pass|void|public|private|self|this|t|b|testing|describe|it|test|suite|context|expect\w*|assert\w*|should\w*|fail\w*|verify\w*|Test|Override|pytest|mark|jest|vi|fmt|log|console|len|append|make|print\w*|str|int|float|bool|boolean|string|byte|error|list|dict|set|tuple|vec|format|panic|Some|Ok|Err|None|String|Number|Boolean|Array|Object|listOf|arrayOf|mapOf|List|Arrays|System|true|false|True|False|null|undefined|nil|_+)$/

const localPattern =
  /\b(?:const|let|var|val|mut|for)\s+[([{]?\s*([A-Za-z_]\w*)|,\s*([A-Za-z_]\w*)(?=[\w\s,]*\s:?=(?!=))|([A-Za-z_]\w*)\s*(?::=|=(?![=>])|\s+in\b|\s+of\b)/g

/**
 * Whether the code of a test names anything besides what is there to test with, and what the test
 * itself defines. One that does not cannot fail, whatever the program does.
 */
export function callsProgram(code: string, name: string): boolean {
  const text = code
    .replace(/\/\*[\s\S]*?\*\/|"""[\s\S]*?"""/g, '')
    .replace(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, '')
    .replace(/\/\/.*|#(?!\[).*/g, '')
  const locals = new Set(
    [...text.matchAll(localPattern)]
      .map((found) => found[1] ?? found[2] ?? found[3] ?? '')
      // `let ring = ring(3)` calls something that only shares its name.
      .filter((local) => !new RegExp(`\\b${local}\\s*:?=\\s*${local}\\(`).test(text)),
  )
  const words = text.match(/(?<![\w.$])[A-Za-z_$][\w$]*(?!\w*\s*:(?!:|=))/g) ?? []
  return words.some((word) => word !== name && !locals.has(word) && !ownWords.test(word))
}
