/**
 * Words that name a fact of the machine that runs the tests: its system, architecture, tools,
 * credentials and services. A word such as `slow` or `flaky` is an excuse and none of them.
 */
const hostPattern = new RegExp(
  [
    /\b(?:process\.platform|os\.platform|sys\.platform|os\.name|platform\.\w+|runtime\.GOOS|GOOS)\b/,
    /\b(?:windows|win32|win64|darwin|mac_?os|osx|linux|android|ios|freebsd|unix|posix|wasm|wasi|cygwin|alpine)\b/,
    /(?:is|on|IS_|ON_)_?(?:windows|mac(?:os)?|linux|darwin|unix|win32|posix|arm|x86|wsl)/,
    /\bhasattr\(\s*(?:os|sys|socket|signal|select|time|ssl|asyncio)\b/,
    /\b(?:arch|arm64|aarch64|x86_64|amd64|target_os|target_arch|miri)\b/,
    /\b(?:which|LookPath|look_path|shutil\.which|has_?command|command_?exists|is_?installed)\b/,
    /\b(?:docker|podman|gpu|cuda|display|tty|root|uid|euid|geteuid|getuid|sudo|network|internet)\b/,
    /(?:not |in)(?:installed|available|found|supported by (?:this|the) (?:platform|kernel|filesystem))/,
    /\b(?:version_info|node_?version|process\.versions?|JRE|JavaVersion|java_version)\b/,
    /\b(?:api_?key|token|credentials?|secret)s?\b|_(?:API_)?(?:KEY|TOKEN|SECRET|PASSWORD)\b/,
    /\b(?:ImportError|ModuleNotFoundError|importorskip|find_spec|HAS_[A-Z]+|has_[a-z]+)\b/,
    /\b(?:process\.env|os\.environ|os\.getenv|getenv|os\.Getenv|System\.getenv|env::var)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)

/** Whether the text of a condition, or of a reason, speaks of the machine and not of the code. */
export const speaksOfHost = (text: string): boolean => hostPattern.test(text)
