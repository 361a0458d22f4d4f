/*
 * request: one HTTP request on its way to an answer.
 *
 * Handlers get it, and answer exactly once: at once, or later through
 * one of the functions below. All of it lives on the thread of its loop (server_inner.h).
 */
#pragma once
#include "http/query.h"
#include "registry/secret.h"
#include "registry/token.h"

#include <netinet/in.h>

struct account_key;
struct courier;
struct session_task;
struct session_worker;
struct loop;
struct look_result;
struct hands;
struct card;
struct console_file;
struct evhttp_request;
struct route;
struct sip;
struct webhooks;
struct witness;

/* What a worker decided about a request (http/work.h). */
struct outcome {
    int status;       /* 0: out of memory */
    json_t *json;     /* of success, or further members of a problem; owned */
    struct buf text;  /* instead of it, of `type` */
    const char *type; /* static; NULL: json */
    const char *code; /* of a problem; static */
    char detail[200];
    char etag[48]; /* "": none */
    struct {
        const char *name; /* static; NULL: none */
        char value[200];
    } header[2];       /* further ones */
    int retry_after_s; /* 0: none */
    bool undone;       /* nothing was done after all (idempotency_take) */
};

struct request {
    struct loop *loop;
    struct evhttp_request *ev;
    const struct route *route;
    struct str path;           /* decoded, without the query */
    struct str param;          /* what {…} of the route's path matched, the last of several */
    struct query query;        /* what follows the "?", of routes that are not public */
    struct str purpose;        /* the header, of routes that want one */
    struct str if_match;       /* the same */
    struct str once;           /* the Idempotency-Key, of routes that take one; may be empty */
    struct str body;           /* the bytes received */
    json_t *json;              /* the body, if the route takes JSON */
    bool head;                 /* answer without a body */
    struct subject subject;    /* of routes that need one */
    char session[SECRET_TEXT]; /* of whoever is signed in, else "" */
    struct in6_addr from;      /* the other end */
    /* for handlers that answer later */
    struct session_task *task;
    struct outcome outcome;
    struct look_result *look; /* owned; the gate's answer (http/look.h) */
    void *kept;               /* a handler's own, from one step to the next (request_keep) */
    void (*kept_free)(void *);
    int64_t begun_ms; /* clock_monotonic, in ms */
    struct answer answer;
    void (*then)(struct request *);
    struct request *next;
};

/* Answer. `body` may be NULL with n 0. Frees the request. */
void respond(struct request *, int status, const char *type, const void *body, size_t n);

/* Answer 200 with a body that has no end yet: evhttp_send_reply_chunk it, on the loop, then
 * evhttp_send_reply_end. Frees the request. */
struct evhttp_request *respond_begin(struct request *, const char *type);

/* Answer with JSON; takes the reference; NULL: 500. */
void respond_json(struct request *, int status, json_t *object);

/* Answer with application/problem+json. `errors` may be NULL. */
void respond_problem(struct request *, int status, const char *code, const char *detail,
                     const struct ask_errors *errors);

/* Answer 200 with JSON and its ETag, or 304 to whoever has it (If-None-Match). */
void respond_json_tagged(struct request *, json_t *object);

/* What the store or the keys could not do: logged, answered 503. */
void respond_failed(struct request *, enum err, const struct problem *);

/* A problem with further members, an object whose reference it takes. */
void respond_problem_with(struct request *, int status, const char *code, const char *detail,
                          json_t *more);

/* Add a header to the answer; before responding. */
void respond_header(struct request *, const char *name, const char *value);

/*
 * Room for what a handler keeps from one step to the next, all zero; freed with the request.
 * NULL: out of memory, and that is answered.
 */
void *request_keep(struct request *, size_t size);

/* The gate, and how much of reasons the token's holder may read. */
struct gate *request_gate(const struct request *);
enum ask_view request_view(const struct request *);
struct store *request_store(const struct request *);
const struct account_key *request_account_key(const struct request *);

/* For tasks whose end nobody waits for. */
struct session_worker *request_sessions(const struct request *);

/* Post events to whoever asked for them; any thread. */
struct webhooks *request_webhooks(const struct request *);

/* Brings texts to persons; any thread. */
struct courier *request_courier(const struct request *);
struct witness *request_witness(const struct request *);

/* The clock was moved, in the sample city: those who listen to events are told. */
void request_clock_moved(const struct request *, when now);

/* NULL without `redress.certificate`. */
struct card *request_card(const struct request *);

/* Is it the sample city, which shows what it would bring to persons? */
bool request_demo(const struct request *);

/* Have all fronts started? */
bool request_open(const struct request *);

/* Is it served over TLS somewhere? Then browsers shall not come back without. */
bool request_secure(const struct request *);

/* The console's files (http/console.h), or NULL. */
const struct console_file *request_console(const struct request *);

/* NULL without a SIP front. */
struct sip *request_sip(const struct request *);

/* http.public_url, or NULL. */
const char *request_public_url(const struct request *);

/* Did it come over TLS? */
bool request_tls(const struct request *);

when request_now(const struct request *);

/* How long a further code of staff holds (limits.confirmed_minutes). */
when request_confirmed_for(const struct request *);

/* Count an attempt to sign in. False: its address has tried too often. */
bool request_attempt(struct request *);

/*
 * Have the session worker do `task`, kept in request->task, and answer through `then`. False: too
 * many wait; the task stays the caller's.
 */
bool request_session(struct request *, struct session_task *task, void (*then)(struct request *));

/* Is a setup open; does this secret open it; it was used. */
bool request_setup_open(const struct request *);
bool request_setup_opens(const struct request *, struct str secret);
void request_setup_used(struct request *);

/* Count a look-up of a number. False: this member of staff has made too many within a minute. */
bool request_lookup(struct request *);

/* The key of cursors. */
struct cursor_key;
const struct cursor_key *request_cursors(const struct request *);

/* Note the use of its session, some time. */
void request_used(struct request *);

/* Answer through `then`, `ms` after the request came. */
void request_later(struct request *, int ms, void (*then)(struct request *));

/* A header's value; empty if it is not there. */
struct str request_header(const struct request *, const char *name);

/* May this route be used by whoever asks (authorise.c)? False after having answered. */
bool authorise(struct request *);

/* Query, Purpose and If-Match, as the route wants them (head.c). False after having answered. */
bool read_head(struct request *);

/* Does it come from a page of ours, or from no page? False after having answered. */
bool authorise_page(struct request *);

const char *request_version(const struct request *);

/*
 * Ask the gate and answer through `then`, called on its loop with
 * request->answer set. `question` may point into the request's JSON.
 */
void request_ask(struct request *, const struct question *question, void (*then)(struct request *));
