/*
 * hop_json: what one carrier asks another of a trace, and what it answers, in JSON.
 *
 *     POST /v1/traces/{id}/hop
 *     {"hop": 1, "caller": "+86…", "callee"?: "+86…", "at": RFC 3339}
 *     {"trace", "hop", "status": "answered", "at", "line", "purpose", "holder"?, "holder_name"?,
 *      "principal"?, "campaign"?, "record", "previous"?, "proof"?}
 *     {"trace", "hop", "status": "unknown", "why": "no-record"}
 *
 * New references; NULL: out of memory. Pure; any thread.
 */
#pragma once
#include "desk/hop.h"
#include "http/ask.h"

enum { HOP_BODY = 4096, HOP_PROOF = 128 << 10 };

json_t *hop_question_json(const struct rules *, const struct hop_question *);

/* What the body of that request says; `out->trace` and `within` are the caller's. */
bool hop_question_read(const struct rules *, const json_t *body, struct hop_question *out,
                       struct ask_errors *);

json_t *hop_answer_json(const struct rules *, const struct hop_question *,
                        const struct hop_answer *);

/* False: it is none, or of another question. Nothing else is checked (hop_fault). */
bool hop_answer_read(const json_t *, const struct hop_question *, struct hop_answer *out);
