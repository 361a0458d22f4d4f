#include "core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *err_name(enum err code)
{
    switch (code) {
    case OK:
        return "ok";
    case ERR_INVALID:
        return "invalid";
    case ERR_NOT_FOUND:
        return "not-found";
    case ERR_CONFLICT:
        return "conflict";
    case ERR_DENIED:
        return "denied";
    case ERR_REFUSED:
        return "refused";
    case ERR_CORRUPT:
        return "corrupt";
    case ERR_IO:
        return "io";
    case ERR_FULL:
        return "full";
    case ERR_MEMORY:
        return "out-of-memory";
    case ERR_LIMIT:
        return "limit";
    case ERR_TIMEOUT:
        return "timeout";
    case ERR_CLOSED:
        return "closed";
    }
    return "unknown";
}

enum err err_of_errno(int number)
{
    switch (number) {
    case 0:
        return OK;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_FULL;
    case ENOENT:
        return ERR_NOT_FOUND;
    case EEXIST:
    case EWOULDBLOCK:
        return ERR_CONFLICT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    case ENOMEM:
        return ERR_MEMORY;
    case EINVAL:
        return ERR_INVALID;
    case ETIMEDOUT:
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}

enum err problem_set(struct problem *problem, enum err code, const char *format, ...)
{
    if (problem != NULL) {
        va_list args;
        va_start(args, format);
        problem->code = code;
        vsnprintf(problem->text, sizeof problem->text, format, args);
        va_end(args);
    }
    return code;
}

enum err problem_errno(struct problem *problem, int number, const char *format, ...)
{
    if (problem != NULL) {
        va_list args;
        va_start(args, format);
        problem->code = err_of_errno(number);
        vsnprintf(problem->text, sizeof problem->text, format, args);
        va_end(args);
        size_t n = strlen(problem->text);
        char words[128];
        snprintf(problem->text + n, sizeof problem->text - n, ": %s",
                 strerror_r(number, words, sizeof words));
    }
    return err_of_errno(number);
}
