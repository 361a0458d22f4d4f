/*
 * error: what can go wrong, and the words that tell a person what to do.
 *
 * A function that can fail returns `enum err` and must be checked. Where a
 * person will read the failure it also takes a `struct problem`, filled at the
 * place where the failure is first seen: what was found, where, what to do.
 * A verdict is never an error code (gate/verdict.h).
 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>

#define MUST_USE        __attribute__((warn_unused_result))
#define PRINTF(fmt, va) __attribute__((format(printf, fmt, va)))

enum err {
    OK = 0,
    ERR_INVALID,   /* the input is wrong */
    ERR_NOT_FOUND, /* no such thing */
    ERR_CONFLICT,  /* somebody else holds it, or it changed meanwhile */
    ERR_DENIED,    /* not allowed, by the operating system or another machine */
    ERR_REFUSED,   /* not allowed, by the gate or one of its rules */
    ERR_CORRUPT,   /* stored data does not check out */
    ERR_IO,        /* disk or network said no */
    ERR_FULL,      /* no room: disk, table or queue */
    ERR_MEMORY,    /* out of memory */
    ERR_LIMIT,     /* larger than a stated bound */
    ERR_TIMEOUT,   /* not in time */
    ERR_CLOSED,    /* stopping, or stopped */
};

/* An English word for logs: "invalid", "not-found" … Static. */
const char *err_name(enum err);

/* The err that fits an errno value (ENOSPC and EDQUOT: ERR_FULL, ENOENT: ERR_NOT_FOUND …). */
enum err err_of_errno(int number);

struct problem {
    enum err code;
    char text[512]; /* one line, UTF-8, no personal data, without a newline */
};

/* Fill `problem` (may be NULL) and return `code`. Text that does not fit is cut. */
enum err problem_set(struct problem *problem, enum err code, const char *format, ...) PRINTF(3, 4);

/* The same, with ": " and the words for `number`, an errno value, after it; the code is
 * err_of_errno's. */
enum err problem_errno(struct problem *problem, int number, const char *format, ...) PRINTF(3, 4);
