/** How a language writes comments. */
export interface CommentStyle {
  /** What begins a comment that ends with its line. */
  readonly line: readonly string[]
  readonly block: { readonly open: string; readonly close: string } | null
  /** Texts in three quotes that stand for themselves are comments, as in Python. */
  readonly docstrings: boolean
}

const slashes = { open: '/*', close: '*/' }
const cLike: CommentStyle = { line: ['//'], block: slashes, docstrings: false }
const hash: CommentStyle = { line: ['#'], block: null, docstrings: false }

const styles: readonly (readonly [endings: string, style: CommentStyle])[] = [
  [
    'ts mts cts tsx js mjs cjs jsx java kt kts scala groovy go rs c h cc cpp cxx hpp cs swift',
    cLike,
  ],
  ['dart m mm zig proto gradle sol v sv glsl wgsl cu jsonc json5 less scss', cLike],
  ['py pyi pyx bzl star', { line: ['#'], block: null, docstrings: true }],
  ['rb sh bash zsh pl pm r jl ex exs yml yaml toml tf hcl cmake mk conf ini properties nix', hash],
  ['php', { line: ['//', '#'], block: slashes, docstrings: false }],
  ['css', { line: [], block: slashes, docstrings: false }],
  ['sql', { line: ['--'], block: slashes, docstrings: false }],
  ['lua hs elm', { line: ['--'], block: null, docstrings: false }],
  [
    'html htm xml vue svelte',
    { line: [], block: { open: '<!--', close: '-->' }, docstrings: false },
  ],
  ['clj cljs lisp el', { line: [';'], block: null, docstrings: false }],
  ['erl tex', { line: ['%'], block: null, docstrings: false }],
]

const byEnding: ReadonlyMap<string, CommentStyle> = new Map(
  styles.flatMap(([endings, style]) =>
    endings.split(' ').map((ending) => [ending, style] as const),
  ),
)
const byName =
  /^(?:Dockerfile|Containerfile|Makefile|GNUmakefile|Gemfile|Rakefile|Vagrantfile|BUILD)\b/

/** The style of a file by its name; null: it is no source that is known. */
export function findCommentStyle(path: string): CommentStyle | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (byName.test(name)) return hash
  const dot = name.lastIndexOf('.')
  return dot === -1 ? null : (byEnding.get(name.slice(dot + 1).toLowerCase()) ?? null)
}
