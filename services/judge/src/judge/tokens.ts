/*
 * Estimates tokens without the tokenizer of any one model, so that it works for every model. The
 * pieces are those that byte-pair tokenizers split text into, each counted at its worst case in
 * practice: source code comes out about a quarter too high, random base64 about right.
 */

const piecePattern = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+|\n|[^\S\n]+|[!-/:-@[-`{-~]|\P{ASCII}|\p{ASCII}/gu

/** An upper estimate of the number of tokens in a text. */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(piecePattern)) tokens += estimatePiece(piece)
  return tokens
}

function estimatePiece(piece: string): number {
  const code = piece.charCodeAt(0)
  if (code > 0x7f) return 2
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
  if (isLetter) return Math.ceil(piece.length / 5)
  if (code >= 48 && code <= 57) return Math.ceil(piece.length / 3)
  // A single space belongs to the next word; an indentation takes a token per sixteen columns.
  if (code === 32 || code === 9) return piece.length === 1 ? 0 : Math.ceil(piece.length / 16)
  return 1
}

/**
 * The longest start (or end) of `text` within `tokens` by the estimate, cut at a line if possible.
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
