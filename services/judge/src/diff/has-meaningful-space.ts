/** Endings of files in which indentation, line ends or blanks mean something. */
const endings: ReadonlySet<string> = new Set(
  [
    'py pyi pyx pxd pyw ipynb bzl bazel star sage', // Python, and languages with its layout
    'yml yaml hs lhs elm purs idr agda cabal fs fsi fsx nim nims gd coffee litcoffee ls',
    'sass styl pug jade haml slim feature robot mk mak make just',
    'md markdown mdown mkd mdx qmd rmd rst adoc asciidoc textile org', // markup by layout
    'f for f77 ftn cob cbl cpy rpgle', // columns
    'csv tsv tab psv diff patch snap', // data
  ].flatMap((line) => line.split(' ')),
)

/** Names of such files without an ending, in lower case. */
const names: ReadonlySet<string> = new Set(
  [
    'makefile gnumakefile bsdmakefile justfile kbuild',
    'build workspace buck tiltfile snakefile sconstruct sconscript wscript',
  ].flatMap((line) => line.split(' ')),
)

/** Whether a change of white space alone can change what a file means, by its name. */
export function hasMeaningfulSpace(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const ending = name.slice(name.lastIndexOf('.') + 1)
  return names.has(name) || /^makefile\./.test(name) || (ending !== name && endings.has(ending))
}
