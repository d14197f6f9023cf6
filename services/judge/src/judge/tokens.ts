/*
 * How many tokens a text will cost, without the tokenizer of any one model: it must hold for models
 * nobody has named yet. The pieces are those in which byte-pair tokenizers split text before
 * merging, each counted at what it costs at worst in practice, so that the estimate errs upwards:
 * source code comes out about a quarter too high, random base64 about right.
 */

const PIECES = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+|\n|[^\S\n]+|[!-/:-@[-`{-~]|\P{ASCII}|\p{ASCII}/gu

/** An upper estimate of the tokens in a text. */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(PIECES)) tokens += costOf(piece)
  return tokens
}

function costOf(piece: string): number {
  const code = piece.charCodeAt(0)
  if (code > 0x7f) return 2
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  if (letter) return Math.ceil(piece.length / 5)
  if (code >= 48 && code <= 57) return Math.ceil(piece.length / 3)
  // A single space is part of the word behind it; an indentation is a token of its own for every
  // sixteen columns.
  if (code === 32 || code === 9) return piece.length === 1 ? 0 : Math.ceil(piece.length / 16)
  return 1
}

/**
 * The longest beginning of `text` (or its end) that the estimate puts within `tokens`, cut at a
 * line where there is one.
 */
export function fitTokens(text: string, tokens: number, keep: 'start' | 'end' = 'start'): string {
  if (estimateTokens(text) <= tokens) return text
  let [low, high] = [0, text.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const part = keep === 'start' ? text.slice(0, middle) : text.slice(text.length - middle)
    if (estimateTokens(part) <= tokens) low = middle
    else high = middle - 1
  }
  if (keep === 'end') {
    const part = text.slice(text.length - low)
    const line = part.indexOf('\n')
    return (line >= 0 && line < part.length / 2 ? part.slice(line + 1) : part).replace(
      /^[\uDC00-\uDFFF]/,
      '',
    )
  }
  const part = text.slice(0, low)
  const line = part.lastIndexOf('\n')
  return (line > part.length / 2 ? part.slice(0, line) : part).replace(/[\uD800-\uDBFF]$/, '')
}
