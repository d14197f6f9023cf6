// Made by `npm run generate` from the routes of the judge; change these.

export interface paths {
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                            artifacts: components["schemas"]["Artifact"][];
                            decision: components["schemas"]["Decision"] | null;
                            effects: components["schemas"]["Effect"][];
                            facts: components["schemas"]["Fact"][];
                            gates: components["schemas"]["Gate"][];
                            /** @enum {boolean} */
                            ok: true;
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                    /** @description The `nextCursor` of the previous page. */
                    cursor?: string;
                    /** @description `true`: count every match, even if that takes long. */
                    exactTotal?: string;
                    /** @description The number of the issue. */
                    issueNumber?: number;
                    /** @description The maximum number of results; larger values are reduced. */
                    limit?: string;
                    /** @description Part of workflow name or uid, branch or prompt; a prefix of a commit; or `#` and a pull request number. */
                    q?: string;
                    /** @description One reason. */
                    reason?: "accepted" | "accepted_without_change" | "decided_by_person" | "workflow_failed" | "empty_diff" | "patch_failed" | "missing_pull_request" | "commit_not_pushed" | "pull_request_draft" | "pull_request_behind" | "wrong_base" | "out_of_scope" | "tests_weakened" | "ci_failed" | "ci_timeout" | "review_changes_requested" | "review_threads_open" | "judge_rejected" | "missing_commit" | "infrastructure" | "outage" | "base_broken" | "missing_metadata" | "completion_missing" | "merge_conflict" | "secret_found" | "ci_action_required" | "ci_missing" | "review_missing" | "policy_invalid" | "judge_unavailable" | "judge_split" | "low_confidence" | "injection_suspected" | "no_progress" | "attempts_exhausted" | "budget_exhausted" | "dispatch_failed" | "infrastructure_exhausted" | "newer_run" | "merged_by_person" | "pull_request_closed" | "issue_closed" | "stopped_by_person" | "unanswered" | "";
                    /** @description `owner/name`, case-insensitive. */
                    repository?: string;
                    /** @description A commit, or a prefix of it. */
                    sha?: string;
                    /** @description Created at or after this time. */
                    since?: string | "";
                    /** @description One status. */
                    status?: "notified" | "run_complete" | "waiting_for_ci" | "waiting_for_review" | "judging" | "completed" | "needs_iteration" | "needs_human" | "superseded" | "closed" | "";
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
        get?: never;
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
                /** @description Too many wrong tokens came from this address (`too_many_requests`). */
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
            id: string;
            issueNumber: number | null;
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
        };
        /** @description One run of the agent on an issue. Times are UTC; absent values are null. */
        Run: {
            /** @description The tokens used by the agent, summed over its turns; null if unknown. */
            agentUsage: unknown;
            attempt: number;
            attemptsUsed: number;
            base: string | null;
            branch: string | null;
            causeReason: string | null;
            ciConcludedAt: string | null;
            ciStatus: ("pending" | "success" | "failure") | null;
            ciUrl: string | null;
            commitSha: string | null;
            confidence: number | null;
            costUsd: number;
            /** Format: date-time */
            createdAt: string;
            deadlineAt: string | null;
            decision: ("pass" | "needs_iteration" | "needs_human") | null;
            finishedAt: string | null;
            /** Format: uuid */
            id: string;
            issueNumber: number | null;
            nextPrompt: string | null;
            parentRunId: string | null;
            phase: string | null;
            prNumber: number | null;
            prompt: string | null;
            promptVersion: string | null;
            prUrl: string | null;
            reason: ("accepted" | "accepted_without_change" | "decided_by_person" | "workflow_failed" | "empty_diff" | "patch_failed" | "missing_pull_request" | "commit_not_pushed" | "pull_request_draft" | "pull_request_behind" | "wrong_base" | "out_of_scope" | "tests_weakened" | "ci_failed" | "ci_timeout" | "review_changes_requested" | "review_threads_open" | "judge_rejected" | "missing_commit" | "infrastructure" | "outage" | "base_broken" | "missing_metadata" | "completion_missing" | "merge_conflict" | "secret_found" | "ci_action_required" | "ci_missing" | "review_missing" | "policy_invalid" | "judge_unavailable" | "judge_split" | "low_confidence" | "injection_suspected" | "no_progress" | "attempts_exhausted" | "budget_exhausted" | "dispatch_failed" | "infrastructure_exhausted" | "newer_run" | "merged_by_person" | "pull_request_closed" | "issue_closed" | "stopped_by_person" | "unanswered") | null;
            reasonText: string | null;
            repository: string | null;
            reviewStatus: ("pending" | "approved" | "changes_requested" | "commented") | null;
            sessionId: string | null;
            stage: string;
            startedAt: string | null;
            /** @enum {string} */
            status: "notified" | "run_complete" | "waiting_for_ci" | "waiting_for_review" | "judging" | "completed" | "needs_iteration" | "needs_human" | "superseded" | "closed";
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
            workflowName: string | null;
            workflowNamespace: string | null;
            workflowUid: string | null;
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
            missingItems: unknown;
            model: string;
            nextPrompt: string | null;
            /** @description How the task that the agent was given could have been clearer. */
            promptTuningSuggestions: unknown;
            promptVersion: string;
            requirementsCoverage: unknown;
            /** @enum {string} */
            result: "valid" | "invalid" | "unavailable" | "budget";
            reusedFrom: string | null;
            scores: unknown;
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
