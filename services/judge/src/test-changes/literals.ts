const literalPattern =
  /"((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)'|`([^`]+)`|(?<![\w.])(\d[\d._]*)(?![\w])/g

/** The texts and numbers in a code; small numbers are too frequent to say anything. */
export const listLiterals = (code: string): readonly string[] =>
  [...code.matchAll(literalPattern)]
    .map((found) => found[1] ?? found[2] ?? found[3] ?? found[4] ?? '')
    .filter((literal) => literal.length >= 2)
