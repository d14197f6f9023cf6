#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { execFile, spawn } from "node:child_process";
import { constants } from "node:os";
// services/notify/src/command-line.ts
/** Options of Codex 0.169 that take a value; what follows one of them is no prompt. */
const valued = new Set("-o --output-last-message --output-schema -C --cd -m --model -c --config -s --sandbox -p --profile -i --image --add-dir --color --enable --disable --local-provider -a --ask-for-approval".split(" "));
/** Reads the arguments of a `codex … exec …`; of any other command only the directory is known. */
function readCommandLine(command, cwd) {
	const args = command.slice(1);
	const value = (...names) => args.reduce((found, arg, index) => {
		if (names.includes(arg)) return args[index + 1] ?? found;
		const name = names.find((one) => one.startsWith("--") && arg.startsWith(`${one}=`));
		return name === void 0 ? found : arg.slice(name.length + 1);
	}, null);
	const directory = resolve(cwd, value("-C", "--cd") ?? ".");
	if (!args.includes("exec") && !args.includes("e")) return {
		prompt: null,
		lastMessageFile: null,
		directory: cwd
	};
	const file = value("-o", "--output-last-message");
	return {
		prompt: promptIn(args),
		lastMessageFile: file === null ? null : resolve(cwd, file),
		directory
	};
}
/** The prompt comes last; `-` means standard input, which is closed. */
function promptIn(args) {
	const last = args.at(-1);
	const before = args.at(-2);
	if (last === void 0 || before === void 0 || last === "-" || valued.has(before)) return null;
	return [
		"exec",
		"e",
		"resume",
		"review"
	].includes(last) || before === "resume" && /^[0-9a-f-]{36}$/.test(last) || last.startsWith("-") && before !== "--" ? null : last;
}
// services/notify/src/deliver.ts
/**
* Posts until the judge has it, or refuses it, or the time is over. The same body every time, so that the judge knows repetitions.
* Never rejects.
*/
async function deliver(what, signal) {
	const { url, body, deadline } = what;
	const perTry = Math.max(100, (deadline - Date.now()) / 2);
	let tokens = what.tokens;
	let because = "there was no time to";
	for (let pause = 200;; pause = Math.min(pause * 2, 5e3)) {
		const left = deadline - Date.now();
		if (left <= 0 || signal.aborted) return {
			kind: "given up",
			because
		};
		const answer = await post(url, {
			body,
			token: tokens[0],
			within: Math.min(left, perTry),
			signal
		});
		if (answer.kind === "taken") return { kind: "delivered" };
		because = answer.because;
		if (answer.kind === "token" && tokens.length > 1) {
			tokens = tokens.slice(1);
			continue;
		}
		if (answer.kind !== "later") return {
			kind: "given up",
			because
		};
		const rest = Math.max(pause, answer.retryAfter ?? 0);
		if (Date.now() + rest >= deadline) return {
			kind: "given up",
			because
		};
		await setTimeout$1(rest, void 0, { signal }).catch(() => {});
	}
}
/**
* One request. Node's own `fetch` would do, but starting it costs the run more than the request itself. Nothing in an answer's body
* changes what is done, so its head is enough.
*/
async function post(url, { body, token, within, signal }) {
	const { request } = await loadHttp(url);
	return new Promise((resolve) => {
		const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(within))]);
		const headers = {
			"content-type": "application/json",
			"content-length": Buffer.byteLength(body),
			...token === void 0 ? {} : { authorization: `Bearer ${token}` }
		};
		const asking = request(url, {
			method: "POST",
			headers,
			signal: stop,
			agent: false
		}, (response) => {
			response.destroy();
			resolve(meaning(response.statusCode ?? 0, response.headers["retry-after"]));
		});
		asking.on("error", (error) => {
			resolve({
				kind: "later",
				because: `the judge did not answer (${stop.aborted ? "no time left" : "code" in error ? error.code : error.name})`,
				retryAfter: null
			});
		});
		asking.end(body);
	});
}
/** Worth calling while there is time: the first call loads what the others use. */
const loadHttp = (url) => url.startsWith("https:") ? import("node:https") : import("node:http");
function meaning(status, retryAfter) {
	const because = `the judge answered ${status}`;
	if (status >= 200 && status < 300) return { kind: "taken" };
	if (status === 401 || status === 403) return {
		kind: "token",
		because
	};
	return status === 408 || status === 425 || status === 429 || status >= 500 ? {
		kind: "later",
		because,
		retryAfter: millisIn$1(retryAfter)
	} : {
		kind: "refused",
		because
	};
}
const millisIn$1 = (header) => header !== void 0 && /^\d{1,6}$/.test(header) ? Number(header) * 1e3 : null;
// services/notify/src/excerpt.ts
/** The judge keeps no more of any text than its last 12,000 characters: a log says at its end how it ended. */
const excerptLength = 12e3;
/** The end of a text, never beginning with half of a character. */
function lastOf(text, length = excerptLength) {
	if (text.length <= length) return text;
	const end = text.slice(-length);
	const code = end.charCodeAt(0);
	return code >= 56320 && code <= 57343 ? end.slice(1) : end;
}
/** Replaces every secret, the longest first, so that one which contains another leaves nothing of itself. */
function mask(text, secrets) {
	return secrets.toSorted((a, b) => b.length - a.length).reduce((masked, secret) => secret === "" ? masked : masked.replaceAll(secret, "[masked]"), text);
}
// services/notify/src/event-stream.ts
/** A line that is longer is not looked into; Codex cuts the output of a command at 1 MiB, and JSON writes it up to six times as long. */
const maxLine = 8388608;
/**
* Reads the stream as it goes by. Lines end with a line feed and nothing else, as Codex leaves other line ends in its texts. It can
* be cut short anywhere, and hold lines that are no JSON: those say nothing.
*/
function eventStream() {
	const decoder = new StringDecoder("utf8");
	let told = {
		isStream: false,
		threadId: null,
		lastMessage: null,
		turn: null,
		error: null,
		tail: ""
	};
	let pieces = [];
	let length = 0;
	const add = (piece) => {
		length += piece.length;
		if (length <= maxLine) pieces.push(piece);
	};
	const endLine = () => {
		if (length <= maxLine) told = {
			...told,
			...saidBy(pieces.join(""))
		};
		pieces = [];
		length = 0;
	};
	return {
		push(chunk) {
			const text = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
			told = {
				...told,
				tail: (told.tail + text.slice(-16e3)).slice(-16e3)
			};
			const [first = "", ...rest] = text.split("\n");
			add(first);
			for (const line of rest) {
				endLine();
				add(line);
			}
		},
		told: () => ({
			...told,
			...length <= maxLine ? saidBy(pieces.join("")) : {}
		})
	};
}
/** What one line adds. Retries announce themselves as `error`, so that a failure is only what `turn.failed` says. */
function saidBy(line) {
	const event = parsed(line);
	const type = member(event, "type");
	if (typeof type !== "string") return {};
	switch (type) {
		case "thread.started": return {
			isStream: true,
			threadId: textOf(member(event, "thread_id"))
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
			error: textOf(member(member(event, "error"), "message"))
		};
		case "item.completed": {
			const item = member(event, "item");
			const text = member(item, "text");
			return member(item, "type") === "agent_message" && typeof text === "string" ? {
				isStream: true,
				lastMessage: text
			} : { isStream: true };
		}
		default: return /^(?:thread|turn|item)\./.test(type) ? { isStream: true } : {};
	}
}
const member = (of, key) => typeof of === "object" && of !== null && Object.hasOwn(of, key) ? Reflect.get(of, key) : void 0;
const textOf = (value) => typeof value === "string" && value !== "" ? value : null;
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
// services/notify/src/settings.ts
function readSettings(env, readFile) {
	const faults = [];
	const text = (name) => env[name]?.trim() || null;
	const judge = text("CODEX_JUDGE_URL");
	const url = judge === null ? null : notifyUrl(judge);
	if (judge !== null && url === null) faults.push("CODEX_JUDGE_URL is no http address; nothing is posted");
	const timeout = millisIn(text("CODEX_NOTIFY_TIMEOUT") ?? "10s");
	if (timeout === null) faults.push("CODEX_NOTIFY_TIMEOUT is no duration such as 10s; 10s is used");
	const tokens = tokensIn(env, readFile, faults);
	const stage = text("CODEX_STAGE") ?? "implementation";
	const outputDir = resolve(text("CODEX_OUTPUT_DIR") ?? ".");
	return {
		url,
		tokens,
		repository: text("CODEX_REPOSITORY"),
		issueNumber: text("CODEX_ISSUE_NUMBER"),
		head: text("CODEX_HEAD"),
		base: text("CODEX_BASE"),
		stage,
		workflowName: text("WORKFLOW_NAME"),
		workflowNamespace: text("WORKFLOW_NAMESPACE"),
		outputDir,
		notifyFile: join(outputDir, `${filePrefix(stage)}-notify.json`),
		timeout: timeout ?? 1e4,
		secrets: [...tokens.filter(({ length }) => length >= 8), ...secretsIn(env)],
		faults
	};
}
/** What the files of a stage begin with; a stage cannot lead out of the folder. */
const filePrefix = (stage) => `.codex-${stage.replace(/[^A-Za-z0-9_-]/g, "-")}`;
function notifyUrl(base) {
	if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) return null;
	return `${base.replace(/\/+$/, "")}/api/codex/notify`;
}
function tokensIn(env, readFile, faults) {
	const path = env.INGEST_TOKEN_FILE?.trim();
	let held = env.INGEST_TOKEN?.trim() ?? "";
	if (held === "" && path) try {
		held = readFile(path).trim();
	} catch {
		faults.push(`INGEST_TOKEN_FILE: ${path} cannot be read`);
	}
	return held.split(",").map((token) => token.trim()).filter((token) => /^[\x21-\x7e]+$/.test(token));
}
/** Milliseconds of `250ms`, `10s` or `1m`; a bare number is seconds. At most an hour. */
function millisIn(text) {
	const [, digits, unit = "s"] = /^(\d{1,7})(ms|s|m)?$/.exec(text.trim()) ?? [];
	if (digits === void 0) return null;
	const millis = Number(digits) * (unit === "ms" ? 1 : unit === "s" ? 1e3 : 6e4);
	return millis > 0 && millis <= 36e5 ? millis : null;
}
/**
* Values of variables whose names say that they are secrets. Codex hands its whole environment to every command, so any of them
* can turn up in a log. Short ones are words as often as secrets, and masking those would spoil the text.
*/
const secretsIn = (env) => Object.entries(env).flatMap(([name, value]) => value !== void 0 && value.length >= 12 && /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|_KEY|CREDENTIALS?)$/i.test(name) ? [value] : []);
// services/notify/src/evidence.ts
const excerptNames = [
	"output",
	"events",
	"agent",
	"runtime",
	"status"
];
/** The files of wire section 3, as the workflow stores them. */
const filesOf = (stage) => {
	const prefix = filePrefix(stage);
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
/** A character takes up to four bytes. */
const tailBytes = 64e3;
/** Of an events file as much is read as surely holds its first line and its last message. */
const headBytes = 65536;
const eventBytes = 4194304;
/** Reads the ends of the logs in a folder. Whatever cannot be read is not there; pipes and devices are left alone. */
async function readEvidence(folder, stage) {
	const files = Object.entries(filesOf(stage)).map(([name, file]) => [name, join(folder, file)]);
	const found = (await Promise.all(files.map(async ([name, path]) => await sizeOf(path) > 0 ? {
		name,
		path
	} : null))).filter((file) => file !== null);
	const excerpts = await Promise.all(excerptNames.map(async (name) => {
		const path = found.find((file) => file.name === name)?.path;
		return path === void 0 ? [] : [[name, await tailOf(path)]];
	}));
	const events = found.find(({ name }) => name === "events");
	return {
		excerpts: Object.fromEntries(excerpts.flat().filter(([, text]) => text !== "")),
		paths: Object.fromEntries(found.map(({ name, path }) => [name, path])),
		judgeOutput: await readText(join(folder, ".codex-judge-output.json")),
		told: events === void 0 ? null : await eventsIn(events.path),
		eventsWrittenAt: events === void 0 ? null : await stat(events.path).then(({ mtimeMs }) => mtimeMs, () => null)
	};
}
/** The text of a small file; null where there is none. */
async function readText(path, most = 1048576) {
	return await sizeOf(path) > 0 ? (await part(path, 0, most)).toString("utf8") : null;
}
async function sizeOf(path) {
	const known = await stat(path).catch(() => null);
	return known?.isFile() ? known.size : 0;
}
async function tailOf(path) {
	return (await part(path, Math.max(0, await sizeOf(path) - tailBytes), tailBytes)).toString("utf8").replace(/^\uFFFD+/, "").slice(-16e3);
}
async function eventsIn(path) {
	const size = await sizeOf(path);
	const stream = eventStream();
	if (size > 4259840) {
		stream.push(await part(path, 0, headBytes));
		stream.push(Buffer.from("\n"));
	}
	const from = size > 4259840 ? size - eventBytes : 0;
	stream.push(await part(path, from, 4259840));
	return stream.told();
}
async function part(path, from, most) {
	const file = await open(path, "r").catch(() => null);
	if (file === null) return Buffer.alloc(0);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from);
		return buffer.subarray(0, bytesRead);
	} catch {
		return Buffer.alloc(0);
	} finally {
		await file.close();
	}
}
// services/notify/src/head-commit.ts
/** The commit that is checked out in a folder; null where there is none, or git takes longer than a second to say. */
function headCommit(folder) {
	return new Promise((resolve) => {
		execFile("git", [
			"-C",
			folder,
			"rev-parse",
			"--verify",
			"HEAD"
		], { timeout: 1e3 }, (error, stdout) => {
			const sha = stdout.trim();
			resolve(error === null && /^[0-9a-f]{40,64}$/.test(sha) ? sha : null);
		});
	});
}
// services/notify/src/payload.ts
/** The judge takes 2 MiB; what is cut here is in the artifacts. */
const maxText = 2e5;
function payloadOf(turn, known) {
	const { settings, evidence, now } = known;
	const clean = (text) => mask(text, settings.secrets).toWellFormed();
	const excerpts = excerptNames.flatMap((name) => {
		const text = turn.heard[name] ?? evidence.excerpts[name];
		return text === void 0 || text === "" ? [] : [[name, lastOf(clean(text), excerptLength)]];
	});
	const failed = turn.exitCode !== null && (turn.exitCode !== 0 || turn.told?.turn === "failed");
	const paths = {
		...evidence.paths,
		notify: settings.notifyFile
	};
	return present({
		type: failed ? "agent-turn-failed" : "agent-turn-complete",
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
		prompt: turn.prompt === null ? null : clean(turn.prompt).slice(0, maxText),
		input_messages: fitting(turn.inputMessages.map(clean)),
		last_assistant_message: turn.lastMessage === null ? null : lastOf(clean(turn.lastMessage), maxText),
		log_excerpt: Object.fromEntries(excerpts),
		judge_output: evidence.judgeOutput === null ? null : clean(evidence.judgeOutput).slice(0, maxText),
		output_paths: paths,
		commit_sha: turn.commitSha,
		exit_code: turn.exitCode,
		error: failed && turn.told?.error ? lastOf(clean(turn.told.error), excerptLength) : null,
		issued_at: now.toISOString()
	});
}
/**
* What an earlier call wrote about the same session is kept where the later one has nothing: Codex's own call knows the turn, the
* wrapper how the process ended. The last message is not kept, because a turn without one must not show the one before.
*/
function merged(earlier, later) {
	if (!isObject(earlier) || later.session_id === void 0 || earlier.session_id !== later.session_id) return later;
	const { last_assistant_message: _old, ...kept } = earlier;
	const logs = {
		...objectAt(kept, "log_excerpt"),
		...objectAt(later, "log_excerpt")
	};
	const paths = {
		...objectAt(kept, "output_paths"),
		...objectAt(later, "output_paths")
	};
	return present({
		...kept,
		...later,
		log_excerpt: logs,
		output_paths: paths
	});
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const objectAt = (of, key) => isObject(of[key]) ? of[key] : {};
function fitting(messages) {
	let room = maxText;
	const kept = [];
	for (const message of messages.toReversed()) {
		if (room <= 0) break;
		kept.unshift(message.slice(0, room));
		room -= message.length;
	}
	return kept;
}
/** Without what says nothing: a later message must never replace a value by nothing. */
const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => {
	if (value === null || value === void 0 || value === "") return false;
	return !(typeof value === "object" && Object.keys(value).length === 0);
}));
// services/notify/src/report.ts
/**
* Writes the notify file and then posts it. The file comes first: it is stored with the run's artifacts, so that what could not be
* posted is not lost. Never rejects; each part may fail without the other.
*/
async function report(turn, { settings, deadline, signal, complain }) {
	const evidence = await readEvidence(settings.outputDir, settings.stage);
	const ours = belongs(turn, evidence);
	const told = turn.told ?? (ours ? evidence.told : null);
	const { events: _stale, ...otherLogs } = evidence.excerpts;
	const payload = payloadOf({
		...turn,
		told,
		threadId: turn.threadId ?? told?.threadId ?? null,
		lastMessage: turn.lastMessage ?? told?.lastMessage ?? null
	}, {
		settings,
		evidence: {
			...evidence,
			excerpts: ours ? evidence.excerpts : otherLogs
		},
		now: /* @__PURE__ */ new Date()
	});
	const whole = merged(parsed(await readText(settings.notifyFile) ?? ""), payload);
	await write(settings.notifyFile, whole).catch((error) => complain(`${settings.notifyFile} cannot be written (${codeOf(error)})`));
	if (settings.url === null) return complain("CODEX_JUDGE_URL is not set; the judge is not told");
	const body = JSON.stringify(whole);
	const outcome = await deliver({
		url: settings.url,
		tokens: settings.tokens,
		body,
		deadline
	}, signal);
	if (outcome.kind === "given up") complain(`the judge was not told: ${outcome.because}`);
}
/** Whether the events file is about this run, and was not left by an earlier one in the same folder. */
function belongs({ threadId, startedAt }, { told, eventsWrittenAt }) {
	if (told === null || eventsWrittenAt === null) return false;
	if (threadId !== null) return told.threadId === threadId;
	return startedAt === null || eventsWrittenAt >= startedAt - 2e3;
}
/** Under another name until it is whole, which also replaces a link instead of following it. */
async function write(path, payload) {
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
const codeOf = (error) => error instanceof Error && "code" in error ? String(error.code) : String(error);
// services/notify/src/wrap.ts
const forwarded = [
	"SIGINT",
	"SIGTERM",
	"SIGHUP",
	"SIGQUIT",
	"SIGUSR2"
];
/**
* Runs a command as if it had been started directly, and resolves when its process ends: its output goes through as it comes,
* signals reach it. Its standard input is closed, because Codex reads an open one to its end before it begins.
*/
async function wrap(command, onTerminal) {
	const [program = "", ...args] = command;
	const stdout = eventStream();
	const stderr = eventStream();
	const child = spawn(program, args, { stdio: [
		"ignore",
		"pipe",
		"pipe"
	] });
	for (const signal of forwarded) process.on(signal, () => {
		if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
	});
	const passages = [passOn(child.stdout, process.stdout, stdout.push), passOn(child.stderr, process.stderr, stderr.push)];
	return {
		exitCode: await ended(child),
		outputPassedOn: () => quiet(passages),
		stdout: stdout.told,
		stderr: stderr.told
	};
}
function ended(child) {
	return new Promise((resolve) => {
		child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
		child.on("error", (error) => {
			if (child.pid !== void 0) return;
			process.stderr.write(`codex-notify: ${error.message}\n`);
			resolve("code" in error && error.code === "ENOENT" ? 127 : 126);
		});
	});
}
/** Hands on every chunk at once, no faster than it is taken. */
function passOn(from, to, look) {
	let over = false;
	let moved = Date.now();
	to.on("error", () => from.destroy());
	from.on("data", (chunk) => {
		look(chunk);
		moved = Date.now();
		if (to.write(chunk)) return;
		from.pause();
		to.once("drain", () => {
			moved = Date.now();
			from.resume();
		});
	});
	from.once("close", () => {
		over = true;
	});
	return {
		isOver: () => over,
		idleFor: () => from.isPaused() ? 0 : Date.now() - moved
	};
}
/**
* Resolves when both have ended, or nothing has moved for a while: what a process leaves running may keep its pipes open for ever,
* and hours later it is not this run that speaks.
*/
function quiet(passages) {
	const ended = Date.now();
	return new Promise((resolve) => {
		const look = setInterval(() => {
			const waited = Date.now() - ended;
			if (!passages.every((passage) => passage.isOver() || Math.min(passage.idleFor(), waited) > 250)) return;
			clearInterval(look);
			resolve();
		}, 5);
	});
}
// services/notify/src/main.ts
const args = process.argv.slice(2);
const complain = (what) => void process.stderr.write(`codex-notify: ${what}\n`);
if (args.length === 0 || args[0] === "--" && args.length === 1) {
	complain("nothing to do; it should be: codex-notify '<json>', or codex-notify -- codex exec …");
	process.exit(2);
}
const settings = readSettings(process.env, (path) => readFileSync(path, "utf8"));
for (const fault of settings.faults) complain(fault);
if (args[0] === "--") await around(args.slice(1), settings);
else await told(args.at(-1) ?? "", settings);
/** A run of Codex from its start to its end. */
async function around(command, settings) {
	const startedAt = Date.now();
	const running = wrap(command, (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY) === true);
	if (settings.url !== null) loadHttp(settings.url);
	const ended = await running;
	const { exitCode } = ended;
	const stop = limit(settings, exitCode);
	const line = readCommandLine(command, process.cwd());
	const [written, commitSha] = await Promise.all([
		line.lastMessageFile === null ? null : readText(line.lastMessageFile),
		headCommit(line.directory),
		ended.outputPassedOn()
	]);
	const stdout = ended.stdout();
	await report({
		startedAt,
		threadId: stdout.threadId,
		turnId: null,
		prompt: line.prompt,
		inputMessages: line.prompt === null ? [] : [line.prompt],
		lastMessage: stdout.isStream ? stdout.lastMessage ?? "" : written,
		commitSha,
		exitCode,
		told: stdout.isStream ? stdout : null,
		heard: heardOf(stdout, ended.stderr())
	}, {
		settings,
		...stop,
		complain
	}).catch(() => complain("the judge was not told"));
	return leave(exitCode);
}
function heardOf(stdout, stderr) {
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
/** One turn, as Codex tells it (keys in kebab-case). */
async function told(json, settings) {
	const stop = limit(settings, 0);
	const event = parsed(json);
	if (typeof event !== "object" || event === null) {
		complain("the argument is no JSON object; the judge is not told");
		process.exit(0);
	}
	const given = member(event, "input-messages");
	const inputMessages = (Array.isArray(given) ? given : []).filter((message) => typeof message === "string");
	await report({
		startedAt: null,
		threadId: textOf(member(event, "thread-id")),
		turnId: textOf(member(event, "turn-id")),
		prompt: inputMessages.at(-1) ?? null,
		inputMessages,
		lastMessage: textOf(member(event, "last-assistant-message")) ?? "",
		commitSha: await headCommit(textOf(member(event, "cwd")) ?? "."),
		exitCode: null,
		told: null,
		heard: {}
	}, {
		settings,
		...stop,
		complain
	}).catch(() => complain("the judge was not told"));
	return leave(0);
}
/** Ends the process once everything it has written is taken. */
async function leave(exitCode) {
	await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => void stream.write("", resolve))));
	process.exit(exitCode);
}
/** The time that is left after the run, and an end to it that nothing can hold up. A signal ends it at once. */
function limit({ timeout }, exitCode) {
	setTimeout(() => {
		complain("the judge was not told in time");
		process.exit(exitCode);
	}, timeout);
	const stop = new AbortController();
	for (const signal of [
		"SIGINT",
		"SIGTERM",
		"SIGHUP"
	]) process.on(signal, () => stop.abort());
	return {
		deadline: Date.now() + timeout,
		signal: stop.signal
	};
}
export {};
