/** What a file is, as far as its path tells. */
export type FileNature = 'lockfile' | 'generated' | 'vendored' | 'document' | 'data' | 'code'

const lockfilePattern =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|poetry\.lock|pdm\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|go\.(?:sum|work\.sum)|Gemfile\.lock|composer\.lock|gradle\.lockfile|packages\.lock\.json|Podfile\.lock|pubspec\.lock|mix\.lock|flake\.lock|Package\.resolved|\.terraform\.lock\.hcl)$/

const generatedPattern =
  /(?:^|\/)(?:dist|build|out|gen|generated|__generated__|target|coverage|\.next)\/|\.(?:min|bundle|generated|gen|g|pb|designer)\.\w+$|_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:go|cc|h)$|_pb\.(?:ts|js|d\.ts)$|zz_generated|\.map$|\.(?:snap|ambr)$/i

const vendoredPattern =
  /(?:^|\/)(?:vendor|vendored|third[-_]party|node_modules|bower_components|external|\.yarn)\//i

const documentPattern = /\.(?:md|mdx|markdown|rst|adoc|txt)$|(?:^|\/)(?:LICENSE|CHANGELOG|NOTICE)/i

const dataPattern =
  /\.(?:json|jsonl|ya?ml|toml|csv|tsv|xml|svg|ini|properties|po|pot|lock|sum|html|css|scss|less)$/i

/** Tells the nature of a file from its path alone. */
export function findFileNature(path: string): FileNature {
  if (lockfilePattern.test(path)) return 'lockfile'
  if (vendoredPattern.test(path)) return 'vendored'
  if (generatedPattern.test(path)) return 'generated'
  if (documentPattern.test(path)) return 'document'
  return dataPattern.test(path) ? 'data' : 'code'
}
