/*
 * desk: a thread for what sessions need that takes long: Argon2id, and writing.
 *
 * The HTTP thread hands tasks over and goes on; at most DESK_TASKS wait. Its store is its
 * own, so that a writer elsewhere, or a slow disk, keeps nobody waiting but those who sign
 * in or out.
 */
#pragma once
#include "core/clock.h"
#include "registry/account.h"
#include "registry/secret.h"

enum { DESK_TASKS = 32 };

enum desk_kind {
    DESK_SIGN_IN, /* login, password, code → session */
    DESK_USED,    /* session: note its use */
    DESK_SIGN_OUT /* session: end it */
};

struct desk_task {
    enum desk_kind kind;
    when at;
    char login[ACCOUNT_LOGIN], password[ACCOUNT_PASSWORD_MAX + 1], code[TOTP_DIGITS + 1];
    char session[SECRET_TEXT];
    enum err result;        /* ERR_REFUSED: the attempt; other errors: it could not be told */
    void (*done)(void *to); /* on the desk's thread; may be NULL */
    void *to;
    struct desk_task *next;
};

struct desk;

/* `store` as store_open takes it; `keys` is DATA/keys. */
MUST_USE enum err desk_open(const char *store, const char *keys, struct desk **out,
                            struct problem *);

/* After the tasks at hand. */
void desk_close(struct desk *);

/*
 * Takes over `task`, from desk_task_new, until `done` is called with it finished; without `done`
 * it is freed. ERR_FULL: too many wait; the task stays the caller's.
 */
MUST_USE enum err desk_give(struct desk *, struct desk_task *);

/* NULL: out of memory. Free overwrites it. */
struct desk_task *desk_task_new(enum desk_kind, when at);
void desk_task_free(struct desk_task *);
