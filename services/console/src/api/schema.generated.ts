// Made by `npm run generate` from the routes of the judge; change these.

export interface paths {
    "/api/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the agents at work, those heard from last first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            agents: components["schemas"]["AgentAtWork"][];
                            /** @description Why not. */
                            because: string | null;
                            /** @description Whether messages arrive while agents work. */
                            live: boolean;
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/agents/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stream the messages of agents, from the first stored one. */
        get: {
            parameters: {
                query?: {
                    /** @description Only this channel. */
                    channel?: string;
                    /** @description Only this run. One of the three parameters is required. */
                    runId?: string;
                    /** @description Only this workflow. */
                    workflowUid?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events `message`; `Last-Event-ID` continues a stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what people did, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The `nextCursor` of the previous page. */
                    cursor?: string;
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description Only this repository. */
                    repository?: string;
                    /** @description Only what concerns this run. */
                    runId?: string | "";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: components["schemas"]["AuditEntry"][];
                            nextCursor: string | null;
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide the newest runs again under a changed policy. Writes nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 30 */
                        days?: number;
                        /** @description The keys to change, as in a policy file; the rest stays as it is. */
                        policy: {
                            [key: string]: unknown;
                        };
                        repository?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The newest of those whose decision changes. */
                            changed: {
                                after: {
                                    /** @description A status; `asks` if a model would be asked whose answer is not stored, `waits` if it would wait for what was not known then. */
                                    outcome: string;
                                    reason: string | null;
                                };
                                attempt: number;
                                because: string;
                                before: {
                                    /** @description A status; `asks` if a model would be asked whose answer is not stored, `waits` if it would wait for what was not known then. */
                                    outcome: string;
                                    reason: string | null;
                                };
                                gate: string | null;
                                issueNumber: number | null;
                                repository: string | null;
                                runId: string;
                            }[];
                            changedTotal: number;
                            /** @enum {boolean} */
                            ok: true;
                            /** @description The runs that were decided again. */
                            total: number;
                            /** @description True if not every run was decided again: at most 2,000, in at most 15 seconds. */
                            truncated: boolean;
                            /** @description Runs that cannot be decided again, because what they were made from is gone. */
                            unknown: number;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/escalations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List questions to people, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description All by default. */
                    state?: "open" | "answered" | "closed" | "";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            escalations: components["schemas"]["Escalation"][];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/escalations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one question with its runs. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            escalation: components["schemas"]["Escalation"];
                            /** @enum {boolean} */
                            ok: true;
                            runs: components["schemas"]["Run"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/escalations/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a question with one of its options. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        note?: string | null;
                        option: "rerun" | "resume" | "accept" | "close";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            escalation: components["schemas"]["Escalation"];
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/escalations/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer several questions with the same option. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ids: string[];
                        note?: string | null;
                        option: "rerun" | "resume" | "accept" | "close";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            results: ({
                                code?: string;
                                detail?: string;
                                escalation?: components["schemas"]["Escalation"];
                                id: string;
                                run?: components["schemas"]["Run"];
                                status: number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stream the changes of all runs and escalations. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events `run` and `escalation`; `Last-Event-ID` continues a stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find what a text names: a run, an issue, a pull request, a commit, or words. */
        get: {
            parameters: {
                query: {
                    /** @description The id of a run, `#123`, `owner/name#123`, the address of any of them, the beginning of a commit (7 digits), or words, which are searched in titles, branches, workflows, repositories and reasons of the newest 20,000 runs. */
                    q: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            hit: {
                                /** @description The id of the run, or `owner/name#number`. */
                                id: string;
                                /** @enum {string} */
                                kind: "run" | "issue";
                                /** @description The page of it. */
                                path: string;
                            } | null;
                            /** @enum {boolean} */
                            ok: true;
                            runs: components["schemas"]["Run"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/flakes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List checks that failed and then passed on one commit, the most frequent first. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description Only this repository. */
                    repository?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            flakes: components["schemas"]["Flake"][];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/github-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deliver a GitHub webhook, signed or forwarded. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description JSON, whatever the Content-Type; CloudEvents 1.0 in any mode. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description The bytes are on disk. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why an ignored message was ignored. */
                            because?: string;
                            event?: {
                                duplicate?: boolean;
                                id?: string;
                            };
                            events?: {
                                [key: string]: unknown;
                            }[];
                            ok?: boolean;
                            outcome?: string;
                            run?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether the service is well: external systems, budgets, backlogs, pauses. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The age of the oldest overdue effect; 0 without one. */
                            effectOldestSeconds: number;
                            /** @description What is wrong now, in sentences for people. */
                            faults: string[];
                            /** @description The hourly GraphQL budget, as GitHub reported it last; empty before that. */
                            github: {
                                limit: number;
                                owner: string | null;
                                remaining: number;
                                /** Format: date-time */
                                resetsAt: string;
                            }[];
                            /** @description False if `faults` has anything. */
                            healthy: boolean;
                            /** @description How long the oldest due run has waited for its reconciliation; 0 without one. */
                            inboxOldestSeconds: number;
                            /** @description Records not read yet, by topic. */
                            kafkaLag: {
                                [key: string]: number;
                            };
                            /** @enum {boolean} */
                            ok: true;
                            pausesInForce: components["schemas"]["Pause"][];
                            systems: components["schemas"]["System"][];
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what the runs of a period show together, beside the period before it. */
        get: {
            parameters: {
                query?: {
                    /** @description `owner/name`, case-insensitive; all by default. */
                    repository?: string;
                    /** @description 30 days before `until` by default; at most 366 days before it. */
                    since?: string | "";
                    /** @description Now by default. */
                    until?: string | "";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Verdicts that people called right or wrong, by the confidence they had. */
                            calibration: {
                                count: number;
                                from: number;
                                right: number;
                                to: number;
                            }[];
                            /** @description Every day of the period; a run counts on the day it was decided. */
                            days: {
                                completed: number;
                                costByModel: {
                                    [key: string]: number;
                                };
                                /**
                                 * Format: date
                                 * @description UTC.
                                 */
                                day: string;
                                ended: number;
                                /** @description The query of `/api/codex/runs/list` that lists what this counts, as a query string. */
                                filter: string;
                                infrastructure: number;
                                needsHuman: number;
                                needsIteration: number;
                            }[];
                            /** @description The decided runs that all of this was made from. */
                            decisions: number;
                            /** @description False under 20 decisions: too few to tell rates. */
                            enough: boolean;
                            /** @description `firstAttempt` is a part of 1. `decisionSeconds` and `answerSeconds` are medians. */
                            figures: {
                                /** @description The same in the period before; null if it had none. */
                                before: number | null;
                                /** @description What the value was computed from. */
                                count: number;
                                /** @description The query of `/api/codex/runs/list` that lists what this counts, as a query string. */
                                filter: string;
                                /** @enum {string} */
                                name: "issuesCompleted" | "firstAttempt" | "attemptsPerIssue" | "decisionSeconds" | "costPerCompleted" | "answerSeconds";
                                p95: number | null;
                                value: number | null;
                            }[];
                            flaky: {
                                /** @description Runs on these commits that did not end because of CI. */
                                attemptsSaved: number;
                                /** @description The query of `/api/codex/runs/list` that lists what this counts, as a query string. */
                                filter: string;
                                flips: number;
                                name: string;
                                repository: string;
                                runs: number;
                            }[];
                            /** @description Where runs wait now, whatever the period. */
                            hanging: {
                                /** @description The query of `/api/codex/runs/list` that lists what this counts, as a query string. */
                                filter: string;
                                /** @enum {string} */
                                phase: "agent" | "evidence" | "ci" | "review" | "judge" | "person";
                                /** @description Those that have waited longest. */
                                runs: {
                                    id: string;
                                    title: string;
                                    usualSeconds: number | null;
                                    waitSeconds: number;
                                }[];
                            }[];
                            /** @description When another policy or another prompt first decided. */
                            marks: {
                                /** Format: date-time */
                                at: string;
                                /** @enum {string} */
                                kind: "policy" | "prompt";
                                text: string;
                            }[];
                            /** @enum {boolean} */
                            ok: true;
                            /** @description Where time goes, from the newest 1,000 decided runs: first attempts, later ones, and runs that a person was asked about. */
                            phases: {
                                /** @enum {string} */
                                group: "first" | "later" | "person";
                                runs: number;
                                /** @description Seconds a run, on average. */
                                seconds: {
                                    agent: number;
                                    ci: number;
                                    evidence: number;
                                    judge: number;
                                    pause: number;
                                    review: number;
                                };
                            }[];
                            previous: {
                                /** Format: date-time */
                                since: string;
                                /** Format: date-time */
                                until: string;
                            };
                            /** @description Why runs were not completed, the most frequent first. */
                            reasons: {
                                before: number;
                                count: number;
                                /** @description The query of `/api/codex/runs/list` that lists what this counts, as a query string. */
                                filter: string;
                                reason: string;
                            }[];
                            /** @description What each plot shows, in one sentence made from its data. */
                            sentences: {
                                [key: string]: string;
                            };
                            /** Format: date-time */
                            since: string;
                            /** @description True if the period has more than 10,000 decided runs: then the newest of them are shown, and `since` is when the oldest of those was decided. */
                            truncated: boolean;
                            /** Format: date-time */
                            until: string;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/issues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List issues that have runs, most recently updated first. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description Only this repository. */
                    repository?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            issues: components["schemas"]["Issue"][];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/issues/{owner}/{repo}/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one issue with its runs, oldest first, at most 200. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                    owner: string;
                    repo: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actions: components["schemas"]["RunAction"][];
                            issue: {
                                attemptsMax: number;
                                attemptsUsed: number;
                                capUsd: number;
                                issueNumber: number;
                                repository: string;
                                spentUsd: number;
                                state: ("open" | "closed") | null;
                                status: string;
                                title: string | null;
                                url: string | null;
                            };
                            /** @enum {boolean} */
                            ok: true;
                            pauses: components["schemas"]["Pause"][];
                            runs: components["schemas"]["Run"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/issues/{owner}/{repo}/{number}/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two attempts at an issue. */
        get: {
            parameters: {
                query: {
                    /** @description The run of the earlier attempt. */
                    a: string;
                    /** @description The run of the later attempt. */
                    b: string;
                };
                header?: never;
                path: {
                    number: number;
                    owner: string;
                    repo: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            a: components["schemas"]["Run"];
                            b: components["schemas"]["Run"];
                            /** @description `undone`: an earlier attempt had put it right, and now it is back. */
                            blockers: {
                                a: string | null;
                                b: string | null;
                                id: string;
                                /** @enum {string} */
                                state: "fixed" | "still" | "new" | "undone";
                                title: string;
                            }[];
                            /** @description What changed between the two; null if one of the diffs is not kept. */
                            interdiff: components["schemas"]["DiffFile"][] | null;
                            /** @enum {boolean} */
                            ok: true;
                            prompts: {
                                a: string | null;
                                b: string | null;
                            };
                            requirements: {
                                a: ("met" | "unmet") | null;
                                b: ("met" | "unmet") | null;
                                requirement: string;
                            }[];
                            /** @description Whether both made the same change, and failed in the same way. */
                            same: {
                                diff: boolean;
                                failure: boolean;
                            };
                            uptake: components["schemas"]["Instruction"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/notify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report the end of an agent's turn. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description JSON, whatever the Content-Type; CloudEvents 1.0 in any mode. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description The bytes are on disk. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why an ignored message was ignored. */
                            because?: string;
                            event?: {
                                duplicate?: boolean;
                                id?: string;
                            };
                            events?: {
                                [key: string]: unknown;
                            }[];
                            ok?: boolean;
                            outcome?: string;
                            run?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause dispatches and model calls in a scope. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        issueNumber?: number | null;
                        reason: string;
                        repository?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            pauses: components["schemas"]["Pause"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/pauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the pauses in force, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            pauses: components["schemas"]["Pause"][];
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explain every key of the policy that is in force for a repository. */
        get: {
            parameters: {
                query?: {
                    /** @description `owner/name`; without it, the policy of the service. */
                    repository?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            fault: string | null;
                            keys: {
                                default: unknown;
                                /** @description False if this release does not act on the key. */
                                enforced: boolean;
                                /** @description What the repository's file says in vain. */
                                ignored: {
                                    because: string;
                                    value: unknown;
                                }[];
                                key: string;
                                /** @description True if repositories must not set it. */
                                locked: boolean;
                                /** @description What config/policy.yml says of the key. */
                                meaning: string;
                                /** @enum {string} */
                                origin: "default" | "service" | "repository";
                                sha: string | null;
                                /** @description In force, as it is written in a file. */
                                value: unknown;
                            }[];
                            /** @enum {boolean} */
                            ok: true;
                            repository: string | null;
                            sha: string | null;
                            /** @description The digest of the rules, as decisions name it. */
                            version: string;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List messages that could not be parsed, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            quarantine: components["schemas"]["Quarantined"][];
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/quarantine/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Parse a quarantined message again, optionally with a corrected body. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        body?: unknown;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start another attempt at an issue. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        issueNumber: number;
                        prompt: string;
                        repository: string;
                        runId?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/run-complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a finished workflow. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description JSON, whatever the Content-Type; CloudEvents 1.0 in any mode. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description The bytes are on disk. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why an ignored message was ignored. */
                            because?: string;
                            event?: {
                                duplicate?: boolean;
                                id?: string;
                            };
                            events?: {
                                [key: string]: unknown;
                            }[];
                            ok?: boolean;
                            outcome?: string;
                            run?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runs of one issue with artifacts and verdict, oldest attempt first. */
        get: {
            parameters: {
                query: {
                    /** @description Only this branch. */
                    branch?: string;
                    /** @description The number of the issue. */
                    issueNumber: number;
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description `owner/name`, case-insensitive. */
                    repository: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            runs: {
                                artifacts: components["schemas"]["Artifact"][];
                                evaluation: components["schemas"]["Evaluation"] | null;
                                run: components["schemas"]["Run"];
                            }[];
                            stats: components["schemas"]["Stats"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read everything about one run. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actions: components["schemas"]["RunAction"][];
                            artifacts: components["schemas"]["Artifact"][];
                            attempts: components["schemas"]["Attempt"][];
                            blockers: components["schemas"]["Blocker"][];
                            budget: components["schemas"]["RunBudget"] | null;
                            change: components["schemas"]["ChangeSize"] | null;
                            checks: components["schemas"]["Check"][];
                            claims: components["schemas"]["Claim"][];
                            decision: components["schemas"]["Decision"] | null;
                            effects: components["schemas"]["Effect"][];
                            facts: components["schemas"]["Fact"][];
                            gates: components["schemas"]["Gate"][];
                            /** @enum {boolean} */
                            ok: true;
                            phases: components["schemas"]["Phase"][];
                            run: components["schemas"]["Run"];
                            transitions: components["schemas"]["Transition"][];
                            verdicts: components["schemas"]["Verdict"][];
                            waitingFor: components["schemas"]["WaitingFor"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/grant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Allow an issue more attempts. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        attempts: number;
                        usd?: number | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/override": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a run instead of the service. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        outcome: "completed" | "needs_human" | "closed";
                        reason: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/rejudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge a run again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start another attempt after a run has ended. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        prompt?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a run that waits for a person. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/actions/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a run as closed. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            run: components["schemas"]["Run"];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/artifacts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download an artifact as text, unpacked and masked, at most its first 10 MiB. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The text. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The current state does not allow this (`conflict`). */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the change of a run with what was said about its lines, at most 20,000 lines. */
        get: {
            parameters: {
                query?: {
                    /** @description A run of an earlier attempt: only what changed between the two, as far as both diffs tell. */
                    since?: string | "";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            base: string | null;
                            commitSha: string | null;
                            files: components["schemas"]["DiffFile"][];
                            /** @enum {boolean} */
                            ok: true;
                            since: {
                                attempt: number;
                                runId: string;
                            } | null;
                            truncated: boolean;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stream the changes of one run. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events `run` and `escalation`; `Last-Event-ID` continues a stream. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/instructions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the prompts of an attempt and the next one ask for, and what became of it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            given: components["schemas"]["Instruction"][];
                            givenText: string | null;
                            next: components["schemas"]["Instruction"][];
                            nextText: string | null;
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/prompt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the prompt of the next attempt, in Markdown. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The prompt. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/markdown": string;
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read everything that the decisions about the run were made from, by digest. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Oldest first. */
                            decisions: {
                                because: string;
                                by: string;
                                commitSha: string | null;
                                /** Format: date-time */
                                decidedAt: string;
                                digest: string;
                                id: string;
                                judged: boolean;
                                outcome: string;
                                /** @description The digest of each part that the decision was made from, by name. */
                                parts: {
                                    [key: string]: string;
                                };
                                policyVersion: string;
                                reason: string;
                                release: string | null;
                            }[];
                            /** @enum {string} */
                            format: "codex-judge-receipt/1";
                            /** @enum {boolean} */
                            ok: true;
                            /** @description By SHA-256: of the text for a text, else of the JSON without white space and with sorted keys. Parts that retention has removed are missing. */
                            parts: {
                                [key: string]: unknown;
                            };
                            /** @description The SHA-256 of all of it, except for `ok` and itself. */
                            root: string;
                            run: {
                                [key: string]: unknown;
                            };
                            transitions: components["schemas"]["Transition"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what happened to a run and who did it, oldest first. */
        get: {
            parameters: {
                query?: {
                    /** @description `1`: also every signal, first reading, and try of an effect. */
                    all?: string;
                    /** @description The `nextCursor` of the previous page. */
                    cursor?: string;
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: components["schemas"]["TimelineEntry"][];
                            nextCursor: string | null;
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/verdicts/{verdictId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what a model was asked, and its raw answer, as long as they are kept. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    verdictId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            answer: string | null;
                            commitSha: string;
                            /** Format: date-time */
                            createdAt: string;
                            id: string;
                            label: components["schemas"]["VerdictLabel"] | null;
                            model: string;
                            /** @enum {boolean} */
                            ok: true;
                            promptVersion: string;
                            question: string | null;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/verdicts/{verdictId}/label": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whether a verdict is right; the last word counts. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    verdictId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        note?: string | null;
                        right: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            label: components["schemas"]["VerdictLabel"];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/{id}/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what the run waits for, and what would change its status. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            waitingFor: components["schemas"]["WaitingFor"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search runs page by page, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The branch of the run. */
                    branch?: string;
                    /** @description Only runs that cost more than this many USD. */
                    cost?: string;
                    /** @description The `nextCursor` of the previous page. */
                    cursor?: string;
                    /** @description `true`: count every match, even if that takes long. */
                    exactTotal?: string;
                    /** @description `prompt,nextPrompt`: with these texts, which are null otherwise. */
                    fields?: string;
                    /** @description The number of the issue. */
                    issueNumber?: number;
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description The number of the pull request. */
                    pr?: number;
                    /** @description Part of workflow name or uid, branch or prompt; a prefix of a commit; or `#` and a pull request number. */
                    q?: string;
                    /** @description One reason, or several separated by commas. */
                    reason?: string;
                    /** @description `owner/name`, case-insensitive. */
                    repository?: string;
                    /** @description A commit, or a prefix of it. */
                    sha?: string;
                    /** @description Created at or after this time. */
                    since?: string | "";
                    /** @description One status, or several separated by commas. */
                    status?: string;
                    /** @description Created at or before this time. */
                    until?: string | "";
                    /** @description The name of the workflow. */
                    workflowName?: string;
                    /** @description The uid of the workflow. */
                    workflowUid?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            nextCursor: string | null;
                            /** @enum {boolean} */
                            ok: true;
                            runs: components["schemas"]["Run"][];
                            /** @description The number of matches; a lower bound if `totalIsExact` is false. */
                            total: number;
                            totalIsExact: boolean;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the newest runs. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description Only this repository. */
                    repository?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            runs: components["schemas"]["Run"][];
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/runs/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count runs by status, and what else waits. */
        get: {
            parameters: {
                query?: {
                    /** @description Only runs of this repository. */
                    repository?: string;
                    /** @description Only runs created at or after this time. */
                    since?: string | "";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description As many as `GET /api/agents` lists. */
                            agentsAtWork: number;
                            completedSevenDays: number;
                            /** @description By status. Only runs that wait for something have an `oldestSince`. */
                            counts: {
                                [key: string]: {
                                    /** @description Counted up to 10,000. */
                                    count: number;
                                    oldestSince: string | null;
                                };
                            };
                            /** @enum {boolean} */
                            ok: true;
                            openEscalations: number;
                            quarantined: number;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count the decided runs of a period, together and by repository. */
        get: {
            parameters: {
                query?: {
                    /** @description `owner/name`, case-insensitive; all by default. */
                    repository?: string;
                    /** @description 30 days before `until` by default; at most 366 days before it. */
                    since?: string | "";
                    /** @description Now by default. */
                    until?: string | "";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            /** @description Those with the most decided runs first. */
                            repositories: {
                                repository: string;
                                stats: components["schemas"]["Stats"];
                            }[];
                            /** Format: date-time */
                            since: string;
                            stats: components["schemas"]["Stats"];
                            /** @description As in `/api/codex/insights`. */
                            truncated: boolean;
                            /** Format: date-time */
                            until: string;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/codex/unpause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the pause of exactly this scope. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        issueNumber?: number | null;
                        reason: string;
                        repository?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            pauses: components["schemas"]["Pause"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/github/pulls/{owner}/{repo}/{number}/judge-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runs of one pull request, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                };
                header?: never;
                path: {
                    number: number;
                    owner: string;
                    repo: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                            runs: components["schemas"]["Run"][];
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description It does not exist, or not yet (`not_found`). */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/memories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search memories, best match first. */
        get: {
            parameters: {
                query: {
                    /** @description The maximum number of results, from 1 to 50. */
                    limit?: string;
                    /** @description Only this namespace. */
                    namespace?: string;
                    /** @description The words to search for. */
                    query: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            memories: components["schemas"]["Memory"][];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Store a memory. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        content: string;
                        metadata?: {
                            [key: string]: unknown;
                        };
                        namespace?: string;
                        summary?: string | null;
                        tags?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            memory: components["schemas"]["Memory"];
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell who asks and what that one may do. The cookie itself cannot be read by pages. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description What this visitor may do. */
                            may: ("read" | "act")[];
                            name: string | null;
                            /** @description Whether reading takes a token. */
                            needed: boolean;
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Open a console session with the token of an operator or a reader. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        token: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description The session cookie is set. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is invalid; `errors` names each fault with its path (`invalid`). */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many wrong tokens came from this address, or it has too many streams open (`too_many_requests`). */
                429: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Close the console session. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session cookie is cleared. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report whether the service is ready, and the state of every external system. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            details: {
                                [key: string]: {
                                    because: string | null;
                                    lastAnswerAt: string | null;
                                    /** @description Permissions that the credentials lack, and what each is for. */
                                    missingPermissions: string[];
                                    /** @description What the system refuses at present, by owner, model or channel. */
                                    refusals: {
                                        because: string;
                                        /** Format: date-time */
                                        lastAt: string;
                                        operation: string;
                                        remedy: string | null;
                                        scope: string | null;
                                        /** Format: date-time */
                                        since: string;
                                    }[];
                                    since: string | null;
                                    state: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                            migrations: string;
                            /** @enum {boolean} */
                            ok: true;
                            postgres: string;
                            /** @description The state of each external system: `on` after it answered, `untested` before that, or `off: …`, `refused: …`, `away: …` or `held: …` with the reason. */
                            systems: {
                                [key: string]: string;
                            };
                            writes: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report that the process is alive. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the metrics in the Prometheus text format. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Prometheus text, version 0.0.4. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report whether the service is ready, and the state of every external system. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            details: {
                                [key: string]: {
                                    because: string | null;
                                    lastAnswerAt: string | null;
                                    /** @description Permissions that the credentials lack, and what each is for. */
                                    missingPermissions: string[];
                                    /** @description What the system refuses at present, by owner, model or channel. */
                                    refusals: {
                                        because: string;
                                        /** Format: date-time */
                                        lastAt: string;
                                        operation: string;
                                        remedy: string | null;
                                        scope: string | null;
                                        /** Format: date-time */
                                        since: string;
                                    }[];
                                    since: string | null;
                                    state: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                            migrations: string;
                            /** @enum {boolean} */
                            ok: true;
                            postgres: string;
                            /** @description The state of each external system: `on` after it answered, `untested` before that, or `off: …`, `refused: …`, `away: …` or `held: …` with the reason. */
                            systems: {
                                [key: string]: string;
                            };
                            writes: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deliver a signed GitHub webhook. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description JSON, whatever the Content-Type; CloudEvents 1.0 in any mode. */
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description The bytes are on disk. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Why an ignored message was ignored. */
                            because?: string;
                            event?: {
                                duplicate?: boolean;
                                id?: string;
                            };
                            events?: {
                                [key: string]: unknown;
                            }[];
                            ok?: boolean;
                            outcome?: string;
                            run?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request is malformed: `bad_request`, or `malformed_event` with a `quarantineId`. */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description A valid token is required (`unauthenticated`). */
                401: {
                    headers: {
                        /** @description Always `Bearer`. */
                        "WWW-Authenticate"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The token, or the page that sent the request, does not allow this (`forbidden`). */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The request took too long to arrive (`timeout`). */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The body is too large (`too_large`). */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description The service failed; its log has the details (`internal`). */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description PostgreSQL, or something else that is needed, is unavailable (`unavailable`). */
                503: {
                    headers: {
                        /** @description Seconds until another try. */
                        "Retry-After"?: unknown;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": {
                            /** @enum {string} */
                            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
                            detail: string;
                            errors?: ({
                                message: string;
                                path: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            status: number;
                            title: string;
                            type: string;
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An agent whose workflow has started, or was dispatched, and has not reported its end. */
        AgentAtWork: {
            issueNumber: number | null;
            kind: string | null;
            lastAt: string | null;
            lastText: string | null;
            repository: string | null;
            runId: string | null;
            /** Format: date-time */
            since: string;
            title: string | null;
            workflowName: string | null;
            workflowUid: string | null;
        };
        Artifact: {
            because: string;
            bucket: string | null;
            bytes: number | null;
            key: string | null;
            name: string;
            sha256: string | null;
            /** @enum {string} */
            state: "found" | "missing" | "empty" | "unavailable" | "refused";
        };
        /** @description One run of an issue, in short. */
        Attempt: {
            attempt: number;
            id: string;
            reason: string | null;
            seconds: number | null;
            startedAt: string | null;
            /** @enum {string} */
            status: "notified" | "run_complete" | "waiting_for_ci" | "waiting_for_review" | "judging" | "completed" | "needs_iteration" | "needs_human" | "superseded" | "closed";
        };
        /** @description One thing that a person did: who, when, what, and why. */
        AuditEntry: {
            action: string;
            actor: string;
            /** Format: date-time */
            at: string;
            effect: string;
            escalationId: string | null;
            id: string;
            issueNumber: number | null;
            note: string | null;
            repository: string | null;
            runId: string | null;
        };
        /** @description One thing between the run and its end, or what ended it. */
        Blocker: {
            afterwards: string | null;
            asked: string | null;
            became: {
                because: string;
                /** @enum {string} */
                result: "obeyed" | "ignored" | "worse";
                runId: string;
            } | null;
            commitSha: string | null;
            counts: string | null;
            excerpt: components["schemas"]["Excerpt"] | null;
            id: string;
            /** @enum {string} */
            kind: "thread" | "review" | "check" | "requirement" | "finding" | "gate" | "wait" | "question" | "end";
            line: number | null;
            owner: {
                /** @enum {string} */
                kind: "agent" | "reviewer" | "ci" | "person" | "service";
                name: string;
            };
            path: string | null;
            severity: ("P0" | "P1" | "P2" | "P3" | "high" | "medium" | "low") | null;
            since: string | null;
            text: string;
            title: string;
            until: string | null;
            url: string | null;
            usualSeconds: number | null;
        };
        ChangeSize: {
            additions: number;
            deletions: number;
            files: number;
        };
        /** @description One check of the judged commit. */
        Check: {
            app: string;
            /** @enum {string} */
            base: "red" | "green" | "unknown";
            completedAt: string | null;
            conclusion: string | null;
            id: string;
            log: components["schemas"]["LogWindow"] | null;
            name: string;
            required: boolean;
            rerun: boolean;
            seconds: number | null;
            startedAt: string | null;
            status: string;
            url: string | null;
            workflow: string | null;
        };
        /** @description What a message reported, and from which part of it. */
        Claim: {
            at: string | null;
            name: string;
            source: string;
            value: string | null;
        };
        /** @description What one verdict says about one requirement. */
        Coverage: {
            citations: {
                because: string | null;
                holds: boolean | null;
                line: number | null;
                path: string;
                quote: string;
            }[];
            met: boolean;
            requirement: string;
            test: {
                line: number | null;
                path: string;
            } | null;
        };
        Decision: {
            /** Format: date-time */
            at: string;
            because: string;
            by: string;
            digest: string | null;
            outcome: string;
            policyVersion: string;
            reason: string;
        };
        DiffFile: {
            additions: number;
            binary: boolean;
            deletions: number;
            hunks: {
                header: string;
                lines: {
                    /** @enum {string} */
                    kind: "added" | "removed" | "context";
                    new: number | null;
                    old: number | null;
                    text: string;
                }[];
                newStart: number;
                oldStart: number;
            }[];
            marks: {
                author: string | null;
                /** @enum {string} */
                kind: "thread" | "finding" | "citation";
                line: number | null;
                severity: string | null;
                /** @enum {string} */
                side: "old" | "new";
                state: string;
                title: string;
                url: string | null;
            }[];
            oldPath: string | null;
            path: string;
            shownToJudge: boolean | null;
            /** @enum {string} */
            status: "added" | "removed" | "modified" | "renamed";
        };
        Effect: {
            /** Format: date-time */
            at: string;
            because: string | null;
            id: string;
            kind: string;
            lastError: string | null;
            nextTryAt: string | null;
            /** @enum {string} */
            state: "pending" | "done" | "skipped" | "replaced" | "unknown" | "failed";
            tries: number;
        };
        Escalation: {
            answer: unknown;
            answeredAt: string | null;
            answeredBy: string | null;
            /** Format: date-time */
            createdAt: string;
            deadlineAt: string | null;
            /** @description What led to the question of the first run, at most 8, the deciding one first. */
            facts: {
                text: string;
                url: string | null;
            }[];
            groupKey: string | null;
            /** @description Why the first run asked, in the words of its own headline. */
            headline: string;
            id: string;
            issueNumber: number | null;
            issueTitle: string | null;
            options: {
                /** @description What choosing it does, for people. */
                effect: string;
                id: string;
                text: string;
            }[];
            question: string;
            reason: string;
            recommendation: string;
            remindAt: string | null;
            remindedAt: string | null;
            repository: string | null;
            runId: string;
            /** @description The runs that wait or, once it is resolved, waited for the answer. */
            runs: {
                id: string;
                issueNumber: number | null;
                repository: string | null;
            }[];
            /** @enum {string} */
            state: "open" | "answered" | "closed";
            /** @enum {string} */
            type: "manual" | "authorization" | "decision";
        };
        /** @description The verdict that the decision is based on. */
        Evaluation: {
            commitSha: string;
            confidence: number | null;
            /** Format: date-time */
            createdAt: string;
            decision: ("pass" | "fail") | null;
            /** @description Passages of the data that, as the model says, try to influence the verdict. */
            injectionAttempts: unknown;
            missingItems: unknown;
            model: string;
            nextPrompt: string | null;
            /** @description How the task that the agent was given could have been clearer. */
            promptTuningSuggestions: unknown;
            promptVersion: string;
            requirementsCoverage: unknown;
            scores: unknown;
            suggestedFixes: unknown;
            /** @description What in the repository or its tooling made the work harder than necessary. */
            systemImprovementSuggestions: unknown;
            weightedScore: number | null;
        };
        /** @description Lines of code or of a log, at most 20. `from` is the first. */
        Excerpt: {
            from: number;
            lines: {
                /** @enum {string} */
                kind: "added" | "removed" | "context" | "log" | "error";
                number: number | null;
                text: string;
            }[];
            truncated: boolean;
        };
        Fact: {
            commitSha: string | null;
            digest: string;
            kind: string;
            /** Format: date-time */
            observedAt: string;
            value: unknown;
        };
        /** @description A check that failed and then passed without a change, on how many commits it did, and the newest 20 of them. Workflow and event are null outside GitHub Actions. */
        Flake: {
            app: string;
            commits: string[];
            count: number;
            event: string | null;
            /** Format: date-time */
            firstSeenAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            name: string;
            repository: string;
            workflow: string | null;
        };
        Gate: {
            /** Format: date-time */
            at: string;
            because: string;
            evidence: ({
                detail?: string;
                findingId?: string;
                kind?: string;
                line: number | null;
                path: string | null;
                text: string;
                url: string | null;
            } & {
                [key: string]: unknown;
            })[];
            name: string;
            reason: string | null;
            /** @enum {string} */
            result: "pass" | "refuse" | "wait";
        };
        /** @description One numbered item of a prompt, and what became of it. */
        Instruction: {
            because: string | null;
            evidence: {
                line: number | null;
                path: string | null;
                text: string;
                url: string | null;
            }[];
            gate: string;
            id: string;
            text: string;
            uptake: ("obeyed" | "ignored" | "worse") | null;
        };
        Issue: {
            issueNumber: number;
            /** Format: date-time */
            lastSeenAt: string;
            repository: string;
            runCount: number;
            /** @enum {string} */
            status: "notified" | "run_complete" | "waiting_for_ci" | "waiting_for_review" | "judging" | "completed" | "needs_iteration" | "needs_human" | "superseded" | "closed";
        };
        /** @description The lines around the first error of a failed step: 12 before it and 6 after. `from` is the number of the first line in what was kept of the log. */
        LogWindow: {
            errorLine: number | null;
            from: number;
            lines: string[];
            step: string | null;
            truncated: boolean;
        };
        Memory: {
            content: string;
            /** Format: date-time */
            createdAt: string;
            id: string;
            kind: string | null;
            metadata: unknown;
            namespace: string;
            summary: string;
            tags: string[];
        };
        Pause: {
            by: string;
            /** Format: date-time */
            createdAt: string;
            id: string;
            issueNumber: number | null;
            reason: string;
            repository: string | null;
        };
        /** @description How long one part of the run took. */
        Phase: {
            endedAt: string | null;
            fact: string;
            /** @enum {string} */
            name: "agent" | "evidence" | "ci" | "review" | "judge" | "pause";
            running: boolean;
            seconds: number | null;
            startedAt: string | null;
            usualSeconds: number | null;
        };
        /** @description RFC 9457 problem details; programs branch on `code`. */
        Problem: {
            /** @enum {string} */
            code: "malformed_event" | "bad_request" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "timeout" | "conflict" | "too_large" | "invalid" | "too_many_requests" | "internal" | "unavailable";
            detail: string;
            errors?: ({
                message: string;
                path: string;
            } & {
                [key: string]: unknown;
            })[];
            status: number;
            title: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Quarantined: {
            /** @description The masked text of the message, at most 16,384 characters. */
            body: string;
            bytes: number;
            error: {
                code: string;
                message: string;
            };
            id: string;
            /** Format: date-time */
            receivedAt: string;
            source: string;
            /** @description Whether the message is longer; a replay uses all of it. */
            truncated: boolean;
        };
        /** @description One run of the agent on an issue. Times are UTC; absent values are null. */
        Run: {
            /** @description The tokens used by the agent, summed over its turns; null if unknown. */
            agentUsage: unknown;
            attempt: number;
            /** @description What policy allows, and what people granted. */
            attemptsMax: number;
            attemptsUsed: number;
            base: string | null;
            branch: string | null;
            causeReason: string | null;
            childRunId: string | null;
            ciConcludedAt: string | null;
            ciStatus: ("pending" | "success" | "failure") | null;
            ciUrl: string | null;
            commitSha: string | null;
            confidence: number | null;
            costUsd: number;
            /** Format: date-time */
            createdAt: string;
            deadlineAt: string | null;
            decidedAt: string | null;
            decision: ("pass" | "needs_iteration" | "needs_human") | null;
            finishedAt: string | null;
            /** @description Why it stands where it stands: the sentence after the status words. */
            headline: string;
            /** Format: uuid */
            id: string;
            issueNumber: number | null;
            issueTitle: string | null;
            /** @description What happens by itself, by when, and whether a person has to act. */
            next: {
                at: string | null;
                needsYou: boolean;
                text: string;
            };
            nextPrompt: string | null;
            parentRunId: string | null;
            phase: string | null;
            prNumber: number | null;
            prompt: string | null;
            promptVersion: string | null;
            prUrl: string | null;
            reason: ("accepted" | "accepted_without_change" | "decided_by_person" | "workflow_failed" | "empty_diff" | "patch_failed" | "missing_pull_request" | "commit_not_pushed" | "pull_request_draft" | "pull_request_behind" | "wrong_base" | "out_of_scope" | "tests_weakened" | "ci_failed" | "ci_timeout" | "review_changes_requested" | "review_threads_open" | "judge_rejected" | "missing_commit" | "infrastructure" | "outage" | "base_broken" | "missing_metadata" | "completion_missing" | "merge_conflict" | "secret_found" | "ci_action_required" | "ci_missing" | "review_missing" | "policy_invalid" | "judge_unavailable" | "judge_split" | "low_confidence" | "injection_suspected" | "no_progress" | "attempts_exhausted" | "budget_exhausted" | "dispatch_failed" | "infrastructure_exhausted" | "newer_run" | "merged_by_person" | "pull_request_closed" | "issue_closed" | "stopped_by_person" | "unanswered") | null;
            reasonKind: ("no_work" | "work_fails" | "too_far" | "branch" | "infrastructure" | "nothing_came" | "judgement" | "ended_outside" | "accepted") | null;
            reasonText: string | null;
            repository: string | null;
            reviewStatus: ("pending" | "approved" | "changes_requested" | "commented") | null;
            sessionId: string | null;
            stage: string;
            startedAt: string | null;
            /** @enum {string} */
            status: "notified" | "run_complete" | "waiting_for_ci" | "waiting_for_review" | "judging" | "completed" | "needs_iteration" | "needs_human" | "superseded" | "closed";
            statusWords: string;
            threadId: string | null;
            turnId: string | null;
            /** Format: date-time */
            updatedAt: string;
            /** @description What became of each instruction in the prompt of the run, once it is decided on. Empty if it was given none. */
            uptake: {
                because: string;
                evidence: {
                    line: number | null;
                    path: string | null;
                    text: string;
                    url: string | null;
                }[];
                gate: string;
                id: string;
                result: ("obeyed" | "ignored" | "worse") | null;
                text: string;
            }[];
            wait: {
                deadline: string | null;
                /** @enum {string} */
                for: "agent" | "evidence" | "ci" | "review" | "judge" | "dispatch" | "person";
                since: string | null;
                usualSeconds: number | null;
            } | null;
            workflowName: string | null;
            workflowNamespace: string | null;
            workflowUid: string | null;
            workflowUrl: string | null;
        };
        /** @description What a person may do, decided as the POST route decides it. */
        RunAction: {
            allowed: boolean;
            because: string | null;
            /** @description What it does outside, before it is asked for. */
            effect: string;
            /** @enum {string} */
            name: "rejudge" | "rerun" | "override" | "stop" | "resume" | "grant" | "answer" | "pause";
        };
        RunBudget: {
            agentTokens: number | null;
            issueCapUsd: number;
            issueSpentUsd: number;
            runSpentUsd: number;
        };
        Stats: {
            avgAttemptsPerIssue: number | null;
            avgCiDurationSeconds: number | null;
            avgJudgeConfidence: number | null;
            completed: number;
            completionRate: number | null;
            failureReasonCounts: {
                [key: string]: number;
            };
            needsHuman: number;
            needsIteration: number;
            total: number;
        };
        /** @description An external system. `up`: it answers. `down`: it does not, or refuses our credentials, or is held. `off`: it is not configured. `unknown`: it was not needed yet. */
        System: {
            because: string | null;
            name: string;
            since: string | null;
            /** @enum {string} */
            state: "up" | "down" | "off" | "unknown";
        };
        TimelineEntry: {
            actor: string | null;
            /** Format: date-time */
            at: string;
            detail: string | null;
            icon: string;
            /** @enum {string} */
            kind: "step" | "signal" | "reading" | "try" | "person" | "effect";
            note: string | null;
            text: string;
            url: string | null;
            waited: {
                ofAtMostSeconds: number | null;
                seconds: number;
            } | null;
        };
        Transition: {
            /** Format: date-time */
            at: string;
            because: string;
            causedBy: string;
            from: string | null;
            policyVersion: string | null;
            reason: string | null;
            seq: number;
            to: string | null;
        };
        /** @description One answer of a model, or the reason why there is none. */
        Verdict: {
            /** @description True for the verdict that the decision is based on. */
            acted: boolean;
            /** @description Why this model was asked. */
            askedBecause: string;
            because: string | null;
            commitSha: string;
            confidence: number | null;
            costUsd: number;
            /** Format: date-time */
            createdAt: string;
            decision: ("pass" | "fail") | null;
            /** @description True if a person asked for a new judgement, so that this verdict no longer counts. */
            discounted: boolean;
            id: string;
            /** @description Passages of the data that, as the model says, try to influence the verdict. */
            injectionAttempts: unknown;
            label: components["schemas"]["VerdictLabel"] | null;
            missingItems: unknown;
            model: string;
            nextPrompt: string | null;
            /** @description How the task that the agent was given could have been clearer. */
            promptTuningSuggestions: unknown;
            promptVersion: string;
            /** @description Whether its question or raw answer is kept. */
            rawAvailable: boolean;
            requirements: components["schemas"]["Coverage"][];
            requirementsCoverage: unknown;
            /** @enum {string} */
            result: "valid" | "invalid" | "unavailable" | "budget";
            reusedFrom: string | null;
            scores: unknown;
            seconds: number | null;
            suggestedFixes: unknown;
            /** @description What in the repository or its tooling made the work harder than necessary. */
            systemImprovementSuggestions: unknown;
            tokens: {
                cachedInput: number;
                input: number;
                output: number;
            };
            valid: boolean;
            weightedScore: number | null;
        };
        /** @description What a person said about a verdict. */
        VerdictLabel: {
            /** Format: date-time */
            at: string;
            by: string;
            note: string | null;
            right: boolean;
        };
        WaitingFor: {
            because: string;
            deadline: string | null;
            items: {
                text: string;
                url: string | null;
            }[];
            since: string | null;
            what: string;
            wouldChange: string[];
        };
    };
    responses: {
        /** @description The path has no such method; `Allow` lists those it has (`method_not_allowed`). */
        MethodNotAllowed: {
            headers: {
                /** @description The methods of the path. */
                Allow?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
