#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { execFile, spawn } from "node:child_process";
import { constants } from "node:os";
// services/notify/src/command-line.ts
/** Options of Codex 0.169 that take a value; the argument after one of them is not a prompt. */
const optionsWithValue = new Set([
	"-o --output-last-message --output-schema -C --cd -m --model -c --config -s --sandbox",
	"-p --profile -i --image --add-dir --color --enable --disable --local-provider",
	"-a --ask-for-approval"
].flatMap((options) => options.split(" ")));
/** Reads the arguments of `codex … exec …`. Of any other command only the directory is known. */
function readCommandLine(command, cwd) {
	const args = command.slice(1);
	const readOption = (...names) => args.reduce((found, arg, index) => {
		if (names.includes(arg)) return args[index + 1] ?? found;
		const name = names.find((one) => one.startsWith("--") && arg.startsWith(`${one}=`));
		return name === void 0 ? found : arg.slice(name.length + 1);
	}, null);
	const directory = resolve(cwd, readOption("-C", "--cd") ?? ".");
	if (!args.includes("exec") && !args.includes("e")) return {
		prompt: null,
		lastMessageFile: null,
		directory: cwd
	};
	const file = readOption("-o", "--output-last-message");
	return {
		prompt: findPrompt(args),
		lastMessageFile: file === null ? null : resolve(cwd, file),
		directory
	};
}
/** The prompt is the last argument; `-` means standard input, which is closed. */
function findPrompt(args) {
	const last = args.at(-1);
	const before = args.at(-2);
	if (last === void 0 || before === void 0 || last === "-" || optionsWithValue.has(before)) return null;
	return [
		"exec",
		"e",
		"resume",
		"review"
	].includes(last) || before === "resume" && /^[0-9a-f-]{36}$/.test(last) || last.startsWith("-") && before !== "--" ? null : last;
}
// services/notify/src/deliver.ts
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5e3;
/**
* Posts the body until the judge accepts or rejects it, or the deadline passes. Every try sends the
* same body, so that the judge recognises repetitions. Never rejects.
*/
async function deliver(delivery, signal) {
	const { url, body, deadline } = delivery;
	const tryTimeoutMs = Math.max(100, (deadline - Date.now()) / 2);
	let tokens = delivery.tokens;
	let because = "there was no time left";
	for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
		const leftMs = deadline - Date.now();
		if (leftMs <= 0 || signal.aborted) return {
			kind: "given up",
			because
		};
		const result = await post(url, {
			body,
			token: tokens[0],
			timeoutMs: Math.min(leftMs, tryTimeoutMs),
			signal
		});
		if (result.kind === "accepted") return { kind: "delivered" };
		because = result.because;
		if (result.kind === "token" && tokens.length > 1) {
			tokens = tokens.slice(1);
			continue;
		}
		if (result.kind !== "later") return {
			kind: "given up",
			because
		};
		const pauseMs = Math.max(pause, result.retryAfterMs ?? 0);
		if (Date.now() + pauseMs >= deadline) return {
			kind: "given up",
			because
		};
		await setTimeout$1(pauseMs, void 0, { signal }).catch(() => {});
	}
}
/**
* Sends one request. Node's `fetch` is not used, because loading it takes longer than the request.
* Only the head of the answer is read.
*/
async function post(url, { body, token, timeoutMs, signal }) {
	const { request } = await loadHttp(url);
	return new Promise((resolve) => {
		const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]);
		const headers = {
			"content-type": "application/json",
			"content-length": Buffer.byteLength(body),
			...token === void 0 ? {} : { authorization: `Bearer ${token}` }
		};
		const sent = request(url, {
			method: "POST",
			headers,
			signal: stop,
			agent: false
		}, (response) => {
			response.destroy();
			resolve(toPostResult(response.statusCode ?? 0, response.headers["retry-after"]));
		});
		sent.on("error", (error) => {
			resolve({
				kind: "later",
				because: `the judge did not answer (${stop.aborted ? "no time left" : "code" in error ? error.code : error.name})`,
				retryAfterMs: null
			});
		});
		sent.end(body);
	});
}
/** Loads the client module. The first call takes time, so it is made during the run. */
const loadHttp = (url) => url.startsWith("https:") ? import("node:https") : import("node:http");
function toPostResult(status, retryAfter) {
	const because = `the judge answered ${status}`;
	if (status >= 200 && status < 300) return { kind: "accepted" };
	if (status === 401 || status === 403) return {
		kind: "token",
		because
	};
	return status === 408 || status === 425 || status === 429 || status >= 500 ? {
		kind: "later",
		because,
		retryAfterMs: parseRetryAfterMs(retryAfter)
	} : {
		kind: "rejected",
		because
	};
}
const parseRetryAfterMs = (header) => header !== void 0 && /^\d{1,6}$/.test(header) ? Number(header) * 1e3 : null;
// services/notify/src/excerpt.ts
/** The judge keeps the last 12,000 characters of a text: the end of a log shows how a run ended. */
const EXCERPT_CHARS = 12e3;
/** The end of a text, which never begins with half of a surrogate pair. */
function takeEnd(text, length = EXCERPT_CHARS) {
	if (text.length <= length) return text;
	const end = text.slice(-length);
	const code = end.charCodeAt(0);
	return code >= 56320 && code <= 57343 ? end.slice(1) : end;
}
/** Replaces every secret, the longest first: a secret may contain another one. */
function maskSecrets(text, secrets) {
	return secrets.toSorted((a, b) => b.length - a.length).reduce((masked, secret) => secret === "" ? masked : masked.replaceAll(secret, "[masked]"), text);
}
// services/notify/src/event-stream.ts
/**
* Longer lines are skipped. Codex cuts the output of a command at 1 MiB, which can take six times
* as many characters in JSON.
*/
const MAX_LINE_CHARS = 8388608;
/**
* Reads the stream chunk by chunk. Only a line feed ends a line, because Codex keeps other line
* ends in its texts. The stream may end anywhere, and lines that are not JSON are ignored.
*/
function createEventStream() {
	const decoder = new StringDecoder("utf8");
	let summary = {
		isStream: false,
		threadId: null,
		lastMessage: null,
		turn: null,
		error: null,
		tail: ""
	};
	let linePieces = [];
	let lineChars = 0;
	const addToLine = (piece) => {
		lineChars += piece.length;
		if (lineChars <= MAX_LINE_CHARS) linePieces.push(piece);
	};
	const readLine = () => lineChars <= MAX_LINE_CHARS ? readEvent(linePieces.join("")) : {};
	const endLine = () => {
		summary = {
			...summary,
			...readLine()
		};
		linePieces = [];
		lineChars = 0;
	};
	return {
		push(chunk) {
			const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
			const tail = (summary.tail + text.slice(-16e3)).slice(-16e3);
			summary = {
				...summary,
				tail
			};
			const [first = "", ...rest] = text.split("\n");
			addToLine(first);
			for (const line of rest) {
				endLine();
				addToLine(line);
			}
		},
		summarize: () => ({
			...summary,
			...readLine()
		})
	};
}
/** What one line adds. Codex reports retries as `error`, so only `turn.failed` is a failure. */
function readEvent(line) {
	const event = parseJson(line);
	const type = getMember(event, "type");
	if (typeof type !== "string") return {};
	switch (type) {
		case "thread.started": return {
			isStream: true,
			threadId: toText(getMember(event, "thread_id"))
		};
		case "turn.started": return {
			isStream: true,
			turn: null,
			error: null
		};
		case "turn.completed": return {
			isStream: true,
			turn: "completed"
		};
		case "turn.failed": return {
			isStream: true,
			turn: "failed",
			error: toText(getMember(getMember(event, "error"), "message"))
		};
		case "item.completed": {
			const item = getMember(event, "item");
			const text = getMember(item, "text");
			return getMember(item, "type") === "agent_message" && typeof text === "string" ? {
				isStream: true,
				lastMessage: text
			} : { isStream: true };
		}
		default: return /^(?:thread|turn|item)\./.test(type) ? { isStream: true } : {};
	}
}
const getMember = (value, key) => typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : void 0;
const toText = (value) => typeof value === "string" && value !== "" ? value : null;
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
// services/notify/src/settings.ts
const DEFAULT_TIMEOUT_MS = 1e4;
function readSettings(env, readFile) {
	const faults = [];
	const readText = (name) => env[name]?.trim() || null;
	const judge = readText("CODEX_JUDGE_URL");
	const url = judge === null ? null : buildNotifyUrl(judge);
	if (judge !== null && url === null) faults.push("CODEX_JUDGE_URL is not an HTTP address; nothing is posted");
	const timeoutMs = parseDurationMs(readText("CODEX_NOTIFY_TIMEOUT") ?? "10s");
	if (timeoutMs === null) faults.push("CODEX_NOTIFY_TIMEOUT is not a duration such as 10s; using 10s");
	const tokens = readTokens(env, readFile, faults);
	const stage = readText("CODEX_STAGE") ?? "implementation";
	const outputDir = resolve(readText("CODEX_OUTPUT_DIR") ?? ".");
	return {
		url,
		tokens,
		repository: readText("CODEX_REPOSITORY"),
		issueNumber: readText("CODEX_ISSUE_NUMBER"),
		head: readText("CODEX_HEAD"),
		base: readText("CODEX_BASE"),
		stage,
		workflowName: readText("WORKFLOW_NAME"),
		workflowNamespace: readText("WORKFLOW_NAMESPACE"),
		outputDir,
		notifyFile: join(outputDir, `${buildFilePrefix(stage)}-notify.json`),
		timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
		secrets: [.../* @__PURE__ */ new Set([...tokens.filter(isMaskable), ...collectSecrets(env)])],
		faults
	};
}
const isMaskable = (token) => token.length >= 8;
/** The prefix of a stage's files. A stage cannot lead out of the folder. */
const buildFilePrefix = (stage) => `.codex-${stage.replace(/[^A-Za-z0-9_-]/g, "-")}`;
function buildNotifyUrl(base) {
	if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) return null;
	return `${base.replace(/\/+$/, "")}/api/codex/notify`;
}
function readTokens(env, readFile, faults) {
	for (const name of ["NOTIFY_TOKEN", "INGEST_TOKEN"]) {
		const path = env[`${name}_FILE`]?.trim();
		let content = env[name]?.trim() ?? "";
		if (content === "" && path) try {
			content = readFile(path).trim();
		} catch {
			faults.push(`${name}_FILE: ${path} cannot be read`);
		}
		const usable = content.split(",").map((token) => token.trim()).filter((token) => /^[\x21-\x7e]+$/.test(token));
		if (usable.length > 0) return usable;
	}
	return [];
}
/** Credentials of the judge and its dispatcher. What belongs to the agent itself is not among them. */
const ownCredential = /^(?:(?:NOTIFY|INGEST|OPERATOR|READ|DISPATCHER)_TOKEN|CODEX_JUDGE_\w*(?:TOKEN|SECRET|KEY))(?:_FILE)?$/i;
/**
* The names of the variables that no process started by the wrapper may inherit: the agent runs
* commands that a model wrote, and none of them has to speak with the judge.
*/
const listOwnCredentials = (env) => Object.keys(env).filter((name) => ownCredential.test(name));
/** Milliseconds of `250ms`, `10s` or `1m`; a bare number is seconds. At most an hour. */
function parseDurationMs(text) {
	const [, digits, unit = "s"] = /^(\d{1,7})(ms|s|m)?$/.exec(text.trim()) ?? [];
	if (digits === void 0) return null;
	const millis = Number(digits) * (unit === "ms" ? 1 : unit === "s" ? 1e3 : 6e4);
	return millis > 0 && millis <= 36e5 ? millis : null;
}
/**
* The values of variables that are named like secrets. Codex passes its whole environment to every
* command, so any of them can appear in a log. Short values are often ordinary words and are not
* masked.
*/
const collectSecrets = (env) => Object.entries(env).flatMap(([name, value]) => value !== void 0 && value.length >= 12 && /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|_KEY|CREDENTIALS?)$/i.test(name) ? [value] : []);
// services/notify/src/evidence.ts
const excerptNames = [
	"output",
	"events",
	"agent",
	"runtime",
	"status"
];
/** The files that the workflow stores as artifacts. */
const buildFileNames = (stage) => {
	const prefix = buildFilePrefix(stage);
	return {
		changes: `${prefix}-changes.tar.gz`,
		patch: `${prefix}.patch`,
		status: `${prefix}-status.txt`,
		output: `${prefix}.log`,
		events: `${prefix}-events.jsonl`,
		agent: `${prefix}-agent.log`,
		runtime: `${prefix}-runtime.log`,
		resume: `.codex/${stage.replace(/[^A-Za-z0-9_-]/g, "-")}-resume.json`,
		notify: `${prefix}-notify.json`
	};
};
/** UTF-8 takes up to four bytes for a character. */
const TAIL_BYTES = 64e3;
/** Of an events file, enough is read to include its first line and its last message. */
const HEAD_BYTES = 65536;
const MAX_EVENT_BYTES = 4194304;
/**
* Reads the ends of the logs in a folder. A file that cannot be read counts as absent; pipes and
* devices are not opened.
*/
async function readEvidence(folder, stage) {
	const files = Object.entries(buildFileNames(stage)).map(([name, file]) => [name, join(folder, file)]);
	const found = (await Promise.all(files.map(async ([name, path]) => await readSize(path) > 0 ? {
		name,
		path
	} : null))).filter((file) => file !== null);
	const excerpts = await Promise.all(excerptNames.map(async (name) => {
		const path = found.find((file) => file.name === name)?.path;
		return path === void 0 ? [] : [[name, await readTail(path)]];
	}));
	const events = found.find(({ name }) => name === "events");
	return {
		excerpts: Object.fromEntries(excerpts.flat().filter(([, text]) => text !== "")),
		paths: Object.fromEntries(found.map(({ name, path }) => [name, path])),
		judgeOutput: await readText(join(folder, ".codex-judge-output.json")),
		events: events === void 0 ? null : await summarizeEvents(events.path),
		eventsWrittenAt: events === void 0 ? null : await stat(events.path).then(({ mtimeMs }) => mtimeMs, () => null)
	};
}
/** The text of a file, at most `maxBytes` of it; null if there is none. */
async function readText(path, maxBytes = 1048576) {
	return await readSize(path) > 0 ? (await readPart(path, 0, maxBytes)).toString("utf8") : null;
}
async function readSize(path) {
	const stats = await stat(path).catch(() => null);
	return stats?.isFile() ? stats.size : 0;
}
async function readTail(path) {
	return (await readPart(path, Math.max(0, await readSize(path) - TAIL_BYTES), TAIL_BYTES)).toString("utf8").replace(/^\uFFFD+/, "").slice(-16e3);
}
async function summarizeEvents(path) {
	const size = await readSize(path);
	const stream = createEventStream();
	if (size > 4259840) {
		stream.push(await readPart(path, 0, HEAD_BYTES));
		stream.push(Buffer.from("\n"));
	}
	const from = size > 4259840 ? size - MAX_EVENT_BYTES : 0;
	stream.push(await readPart(path, from, 4259840));
	return stream.summarize();
}
async function readPart(path, from, maxBytes) {
	const file = await open(path, "r").catch(() => null);
	if (file === null) return Buffer.alloc(0);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, from);
		return buffer.subarray(0, bytesRead);
	} catch {
		return Buffer.alloc(0);
	} finally {
		await file.close();
	}
}
// services/notify/src/read-head-commit.ts
const GIT_TIMEOUT_MS = 1e3;
/** The commit checked out in a folder; null if there is none or git takes longer than a second. */
function readHeadCommit(folder) {
	return new Promise((resolve) => {
		execFile("git", [
			"-C",
			folder,
			"rev-parse",
			"--verify",
			"HEAD"
		], { timeout: GIT_TIMEOUT_MS }, (error, stdout) => {
			const sha = stdout.trim();
			resolve(error === null && /^[0-9a-f]{40,64}$/.test(sha) ? sha : null);
		});
	});
}
// services/notify/src/payload.ts
/** The judge accepts 2 MiB; the artifacts contain the whole texts. */
const MAX_TEXT_CHARS = 2e5;
function buildPayload(turn, context) {
	const { settings, evidence, now } = context;
	const clean = (text) => maskSecrets(text, settings.secrets).toWellFormed();
	const excerpts = excerptNames.flatMap((name) => {
		const text = turn.logs[name] ?? evidence.excerpts[name];
		return text === void 0 || text === "" ? [] : [[name, takeEnd(clean(text), EXCERPT_CHARS)]];
	});
	const hasFailed = turn.exitCode !== null && (turn.exitCode !== 0 || turn.events?.turn === "failed");
	const paths = {
		...evidence.paths,
		notify: settings.notifyFile
	};
	return dropEmpty({
		type: hasFailed ? "agent-turn-failed" : "agent-turn-complete",
		stage: settings.stage,
		repository: settings.repository,
		issue_number: settings.issueNumber,
		base_branch: settings.base,
		head_branch: settings.head,
		workflow_name: settings.workflowName,
		workflow_namespace: settings.workflowNamespace,
		session_id: turn.threadId,
		thread_id: turn.threadId,
		turn_id: turn.turnId,
		prompt: turn.prompt === null ? null : clean(turn.prompt).slice(0, MAX_TEXT_CHARS),
		input_messages: keepNewest(turn.inputMessages.map(clean)),
		last_assistant_message: turn.lastMessage === null ? null : takeEnd(clean(turn.lastMessage), MAX_TEXT_CHARS),
		log_excerpt: Object.fromEntries(excerpts),
		judge_output: evidence.judgeOutput === null ? null : clean(evidence.judgeOutput).slice(0, MAX_TEXT_CHARS),
		output_paths: paths,
		commit_sha: turn.commitSha,
		exit_code: turn.exitCode,
		error: hasFailed && turn.events?.error ? takeEnd(clean(turn.events.error), EXCERPT_CHARS) : null,
		issued_at: now.toISOString()
	});
}
/**
* Keeps values of an earlier payload of the same session that the later one does not have: Codex's
* own call knows the turn, the wrapper knows how the process ended. The last message is not kept,
* because a turn without a message must not show an earlier one.
*/
function mergePayloads(earlier, later) {
	if (!isObject(earlier) || later.session_id === void 0 || earlier.session_id !== later.session_id) return later;
	const { last_assistant_message: _old, ...kept } = earlier;
	const logs = {
		...getObject(kept, "log_excerpt"),
		...getObject(later, "log_excerpt")
	};
	const paths = {
		...getObject(kept, "output_paths"),
		...getObject(later, "output_paths")
	};
	return dropEmpty({
		...kept,
		...later,
		log_excerpt: logs,
		output_paths: paths
	});
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const getObject = (payload, key) => isObject(payload[key]) ? payload[key] : {};
function keepNewest(messages) {
	let room = MAX_TEXT_CHARS;
	const kept = [];
	for (const message of messages.toReversed()) {
		if (room <= 0) break;
		kept.unshift(message.slice(0, room));
		room -= message.length;
	}
	return kept;
}
/** Drops empty values: a later message must never replace a value by an empty one. */
const dropEmpty = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => {
	if (value === null || value === void 0 || value === "") return false;
	return !(typeof value === "object" && Object.keys(value).length === 0);
}));
// services/notify/src/report.ts
/**
* Writes the notify file, then posts it. The file comes first because it is stored with the run's
* artifacts, so a payload that cannot be posted is not lost. Never rejects; one part may fail
* without the other.
*/
async function report(turn, { settings, deadline, signal, warn }) {
	const evidence = await readEvidence(settings.outputDir, settings.stage);
	const isOurs = isFromThisRun(turn, evidence);
	const events = turn.events ?? (isOurs ? evidence.events : null);
	const { events: _stale, ...otherLogs } = evidence.excerpts;
	const payload = buildPayload({
		...turn,
		events,
		threadId: turn.threadId ?? events?.threadId ?? null,
		lastMessage: turn.lastMessage ?? events?.lastMessage ?? null
	}, {
		settings,
		evidence: {
			...evidence,
			excerpts: isOurs ? evidence.excerpts : otherLogs
		},
		now: /* @__PURE__ */ new Date()
	});
	const merged = mergePayloads(parseJson(await readText(settings.notifyFile) ?? ""), payload);
	await replaceFile(settings.notifyFile, merged).catch((error) => warn(`${settings.notifyFile} cannot be written (${getErrorCode(error)})`));
	if (settings.url === null) return warn("CODEX_JUDGE_URL is not set; the judge is not notified");
	const body = JSON.stringify(merged);
	const result = await deliver({
		url: settings.url,
		tokens: settings.tokens,
		body,
		deadline
	}, signal);
	if (result.kind === "given up") warn(`the judge was not notified: ${result.because}`);
}
/** False for an events file that an earlier run left in the same folder. */
function isFromThisRun({ threadId, startedAt }, { events, eventsWrittenAt }) {
	if (events === null || eventsWrittenAt === null) return false;
	if (threadId !== null) return events.threadId === threadId;
	return startedAt === null || eventsWrittenAt >= startedAt - FILE_TIME_SLACK_MS;
}
/** File systems keep times coarsely. */
const FILE_TIME_SLACK_MS = 2e3;
/** Writes to a temporary file and renames it, which replaces a link instead of following it. */
async function replaceFile(path, payload) {
	await mkdir(dirname(path), { recursive: true });
	const partial = `${path}.${process.pid}-${Date.now()}`;
	try {
		await writeFile(partial, `${JSON.stringify(payload, null, 2)}\n`, { flag: "wx" });
		await rename(partial, path);
	} catch (error) {
		await rm(partial, { force: true });
		throw error;
	}
}
const getErrorCode = (error) => error instanceof Error && "code" in error ? String(error.code) : String(error);
// services/notify/src/wrap.ts
const forwardedSignals = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP",
	"SIGQUIT",
	"SIGUSR2"
];
/**
* Runs a command as if it had been started directly, and resolves when its process ends. Output and
* signals are forwarded at once. Standard input is closed, because Codex reads an open one to its
* end before it starts.
*/
async function wrap(command, onTerminal) {
	const [program = "", ...args] = command;
	const stdout = createEventStream();
	const stderr = createEventStream();
	const child = spawn(program, args, { stdio: [
		"ignore",
		"pipe",
		"pipe"
	] });
	for (const signal of forwardedSignals) process.on(signal, () => {
		if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
	});
	const outputs = [forwardOutput(child.stdout, process.stdout, stdout.push), forwardOutput(child.stderr, process.stderr, stderr.push)];
	return {
		exitCode: await waitForExit(child),
		waitForOutput: () => waitUntilQuiet(outputs),
		summarizeStdout: stdout.summarize,
		summarizeStderr: stderr.summarize
	};
}
function waitForExit(child) {
	return new Promise((resolve) => {
		child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
		child.on("error", (error) => {
			if (child.pid !== void 0) return;
			process.stderr.write(`codex-notify: ${error.message}\n`);
			resolve("code" in error && error.code === "ENOENT" ? 127 : 126);
		});
	});
}
/** Forwards every chunk at once, no faster than it is read. */
function forwardOutput(from, to, onChunk) {
	let isOver = false;
	let movedAt = Date.now();
	to.on("error", () => from.destroy());
	from.on("data", (chunk) => {
		onChunk(chunk);
		movedAt = Date.now();
		if (to.write(chunk)) return;
		from.pause();
		to.once("drain", () => {
			movedAt = Date.now();
			from.resume();
		});
	});
	from.once("close", () => {
		isOver = true;
	});
	return {
		isOver: () => isOver,
		getIdleMs: () => from.isPaused() ? 0 : Date.now() - movedAt
	};
}
const QUIET_MS = 250;
const CHECK_EVERY_MS = 5;
/**
* Resolves when both outputs have ended or are idle. A process that the command left running may
* keep the pipes open for ever, and its later output does not belong to this run.
*/
function waitUntilQuiet(outputs) {
	const startedAt = Date.now();
	return new Promise((resolve) => {
		const timer = setInterval(() => {
			const waitedMs = Date.now() - startedAt;
			if (!outputs.every((output) => output.isOver() || Math.min(output.getIdleMs(), waitedMs) > QUIET_MS)) return;
			clearInterval(timer);
			resolve();
		}, CHECK_EVERY_MS);
	});
}
// services/notify/src/main.ts
const args = process.argv.slice(2);
const warn = (text) => void process.stderr.write(`codex-notify: ${text}\n`);
if (args.length === 0 || args[0] === "--" && args.length === 1) {
	warn("no arguments; usage: codex-notify '<json>' or codex-notify -- codex exec …");
	process.exit(2);
}
const settings = readSettings(process.env, (path) => readFileSync(path, "utf8"));
for (const fault of settings.faults) warn(fault);
for (const name of listOwnCredentials(process.env)) delete process.env[name];
if (args[0] === "--") await wrapRun(args.slice(1), settings);
else await reportTurn(args.at(-1) ?? "", settings);
/** Runs Codex, reports the run, and exits with its exit code. */
async function wrapRun(command, settings) {
	const startedAt = Date.now();
	const running = wrap(command, (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY) === true);
	if (settings.url !== null) loadHttp(settings.url);
	const ended = await running;
	const { exitCode } = ended;
	const stop = startDeadline(settings, exitCode);
	const line = readCommandLine(command, process.cwd());
	const [written, commitSha] = await Promise.all([
		line.lastMessageFile === null ? null : readText(line.lastMessageFile),
		readHeadCommit(line.directory),
		ended.waitForOutput()
	]);
	const stdout = ended.summarizeStdout();
	await report({
		startedAt,
		threadId: stdout.threadId,
		turnId: null,
		prompt: line.prompt,
		inputMessages: line.prompt === null ? [] : [line.prompt],
		lastMessage: stdout.isStream ? stdout.lastMessage ?? "" : written,
		commitSha,
		exitCode,
		events: stdout.isStream ? stdout : null,
		logs: selectLogs(stdout, ended.summarizeStderr())
	}, {
		settings,
		...stop,
		warn
	}).catch(() => warn("the judge was not notified"));
	return exitAfterOutput(exitCode);
}
function selectLogs(stdout, stderr) {
	const agent = stderr.tail === "" ? {} : { agent: stderr.tail };
	if (stdout.tail === "") return agent;
	return stdout.isStream ? {
		...agent,
		events: stdout.tail
	} : {
		...agent,
		output: stdout.tail
	};
}
/** Reports one turn, from the JSON that Codex passes (keys in kebab-case). */
async function reportTurn(json, settings) {
	const stop = startDeadline(settings, 0);
	const event = parseJson(json);
	if (typeof event !== "object" || event === null) {
		warn("the argument is not a JSON object; the judge is not notified");
		process.exit(0);
	}
	const given = getMember(event, "input-messages");
	const inputMessages = (Array.isArray(given) ? given : []).filter((message) => typeof message === "string");
	await report({
		startedAt: null,
		threadId: toText(getMember(event, "thread-id")),
		turnId: toText(getMember(event, "turn-id")),
		prompt: inputMessages.at(-1) ?? null,
		inputMessages,
		lastMessage: toText(getMember(event, "last-assistant-message")) ?? "",
		commitSha: await readHeadCommit(toText(getMember(event, "cwd")) ?? "."),
		exitCode: null,
		events: null,
		logs: {}
	}, {
		settings,
		...stop,
		warn
	}).catch(() => warn("the judge was not notified"));
	return exitAfterOutput(0);
}
/** Exits once all output has been flushed. */
async function exitAfterOutput(exitCode) {
	await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => void stream.write("", resolve))));
	process.exit(exitCode);
}
/**
* Starts the time limit for everything after the run. When it is over, the process exits; a signal
* aborts the report at once.
*/
function startDeadline({ timeoutMs }, exitCode) {
	setTimeout(() => {
		warn("the judge was not notified in time");
		process.exit(exitCode);
	}, timeoutMs);
	const stop = new AbortController();
	for (const signal of [
		"SIGINT",
		"SIGTERM",
		"SIGHUP"
	]) process.on(signal, () => stop.abort());
	return {
		deadline: Date.now() + timeoutMs,
		signal: stop.signal
	};
}
export {};
