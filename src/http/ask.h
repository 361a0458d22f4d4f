/*
 * ask: a call question in JSON, and the verdict in JSON.
 *
 * The one form that HTTP, the control socket and `menshen call --json` share:
 *
 *     {"caller": "+86…", "callee": "+86…", "line": "lin_…", "campaign"?: "cmp_…",
 *      "at"?: RFC 3339, "dry_run"?: bool}
 *     {"verdict", "reason", "rule", "basis", "record", "at"}
 *
 * Pure; any thread.
 */
#pragma once
#include "gate/gate.h"

#include <jansson.h>

/* What was wrong, as problem+json names it. */
struct ask_error {
    char pointer[80]; /* "/callee" (RFC 6901) */
    const char
        *code; /* "missing" "unknown-field" "wrong-type" "too-long" "not-a-number" "not-a-time" */
    char detail[160];
};
enum { ASK_ERRORS = 16 };
struct ask_errors {
    size_t count;
    struct ask_error at[ASK_ERRORS];
};

/* Note one more; beyond ASK_ERRORS it is dropped. `pointer` is a field's name or "". */
void ask_error(struct ask_errors *, const char *field, const char *code, const char *format, ...)
    PRINTF(4, 5);

/* The same of a field within others, from the outermost: {"profile", "basic", "district"}. */
enum { ASK_DEPTH = 3 };
struct ask_place {
    const char *name[ASK_DEPTH]; /* NULL after the last */
};
void ask_error_in(struct ask_errors *, const struct ask_place *, const char *code,
                  const char *format, ...) PRINTF(4, 5);

/* As problem+json lists them: [{"pointer", "code", "detail"} …]; a new reference, NULL when out of
 * memory. */
json_t *ask_errors_json(const struct ask_errors *);

/* The text of a field; absent (unless `required`) and null are empty. An error leaves it empty. */
struct str ask_text(const json_t *body, const char *name, size_t limit, bool required,
                    struct ask_errors *errors);

/* The same of a field that is one of `words`, which blanks separate; "" is none of them, unless
 * it need not be there. */
struct str ask_word(const json_t *body, const char *name, const char *words, bool required,
                    struct ask_errors *errors);

/* A required text of at least one byte that is no blank. */
struct str ask_some(const json_t *body, const char *name, size_t limit, struct ask_errors *errors);

/* A telephone number, as +86… or as it is dialled; 0: none, or an error. */
number ask_number(const struct rules *, const json_t *body, const char *name, bool required,
                  struct ask_errors *errors);

/* A whole number from `least` to `most`, required; an error: `least`. */
int64_t ask_count(const json_t *body, const char *name, int64_t least, int64_t most,
                  struct ask_errors *errors);

/* true or false, required; an error: false. */
bool ask_flag(const json_t *body, const char *name, struct ask_errors *errors);

/* An instant as RFC 3339 writes it; absent (unless `required`), null, or an error: 0. */
when ask_when(const json_t *body, const char *name, bool required, struct ask_errors *errors);

/* The body is an object of these fields and no others. False, with an error: it is not. */
bool ask_object(const json_t *body, const char *names, struct ask_errors *errors);

/* Note every key of the body that is none of `names`, which blanks separate. */
void ask_fields(const json_t *body, const char *names, struct ask_errors *errors);

struct ask_options {
    const struct rules *rules;
    when now;
    bool host; /* the command line: "at" as people write it (when_parse), not only RFC 3339; a
                * relay number stands for who is behind it (gate/relay.h) */
};

/*
 * Read a question. Line and campaign are views into `body`, which must outlive
 * the question. A caller that is no number is a question (its verdict is
 * caller-malformed); a callee that is none is an error. Returns false with at
 * least one error. `shifted` (may be NULL) tells whether "at" or "dry_run" was
 * given, which need the right to replay.
 */
bool ask_read(const struct ask_options *, const json_t *body, struct question *out, bool *shifted,
              struct ask_errors *errors);

/* How much of a reason the asker may read. */
enum ask_view {
    ASK_HOST,         /* the host's command line: all, telephone numbers too */
    ASK_FULL,         /* carriers, authorities, an association's auditors, the host's machines */
    ASK_ORGANISATION, /* reasons that are the person's become do-not-call */
};

/* The reason word as the asker may read it. */
const char *ask_reason(enum check, enum ask_view);

/*
 * The verdict object; a new reference, NULL when out of memory. Without a durable
 * record "record" is null and "record_error" says why.
 */
json_t *ask_answer(const struct gate *, const struct answer *, enum ask_view);

/* Parts of it, for lists. Rule id and basis of a check, or NULL where the asker may not read them.
 */
const struct rule *ask_rule(const struct rules *, enum check, enum ask_view);
