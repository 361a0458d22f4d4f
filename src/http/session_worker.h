/*
 * session_worker: a thread for what sessions need that takes long: Argon2id, and writing.
 *
 * HTTP's loops hand tasks over and go on; at most SESSION_TASKS wait, and SESSION_UNWAITED
 * whose end nobody waits for, which are quick. Its store is its
 * own, so that a writer elsewhere, or a slow disk, keeps nobody waiting but those who sign
 * in or out.
 */
#pragma once
#include "core/clock.h"
#include "http/courier.h"
#include "person/link.h"
#include "registry/account.h"
#include "registry/secret.h"

enum { SESSION_TASKS = 32, SESSION_UNWAITED = 256 };

enum session_task_kind {
    SESSION_SIGN_IN,  /* login, password, code, or number, code → session */
    SESSION_CODE,     /* number: send it a code */
    SESSION_CONFIRM,  /* session, number or staff, code: note that it is her */
    SESSION_PASSWORD, /* session, staff, password, code, fresh: her new password */
    SESSION_USED,     /* session: note its use */
    SESSION_SIGN_OUT  /* session: end it */
};

struct session_task {
    enum session_task_kind kind;
    when at;
    char login[ACCOUNT_LOGIN], password[ACCOUNT_PASSWORD_MAX + 1], code[TOTP_DIGITS + 1];
    char fresh[ACCOUNT_PASSWORD_MAX + 1]; /* the new password */
    number number;                        /* of a person; 0: staff */
    char staff[SUBJECT_ID];
    bool english; /* of the text that is sent */
    char session[SECRET_TEXT];
    char detail[200];       /* what was wrong with the new password */
    enum err result;        /* ERR_REFUSED: the attempt; other errors: it could not be told */
    void (*done)(void *to); /* on the worker's thread; may be NULL */
    void *to;
    struct session_task *next;
};

struct session_worker;

struct session_worker_options {
    const char *store, *keys; /* as store_open takes it; DATA/keys */
    const struct link *link;
    struct courier *courier;
    const char *node; /* a name of this folder's own, for journal rows */
};
MUST_USE enum err session_worker_open(const struct session_worker_options *,
                                      struct session_worker **out, struct problem *);

/* The key under which persons' numbers lie in their sessions. */
const struct account_key *session_worker_key(const struct session_worker *);

/* Codes that were not made since a number had had enough. */
uint64_t session_worker_limited(const struct session_worker *);

/* After the tasks at hand. */
void session_worker_close(struct session_worker *);

/*
 * Takes over `task`, from session_task_new, until `done` is called with it finished; without `done`
 * it is freed. ERR_FULL: too many wait; the task stays the caller's.
 */
MUST_USE enum err session_worker_give(struct session_worker *, struct session_task *);

/* NULL: out of memory. Free overwrites it. */
struct session_task *session_task_new(enum session_task_kind, when at);
void session_task_free(struct session_task *);
