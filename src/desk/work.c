#include "desk/work.h"

#include <stdarg.h>
#include <stdio.h>

struct fact_origin desk_origin(const struct desk_work *w)
{
    struct str actor = STR("menshen");
    if (w->who != NULL)
        actor = w->who->role == ROLE_PERSON ? STR("person") : str_of(w->who->id);
    return (struct fact_origin){.node = w->node, .actor = actor, .at = w->at};
}

bool desk_refuse(struct desk_no *no, enum desk_why why, const char *code, const char *format, ...)
{
    va_list args;
    no->why = why;
    no->code = code;
    va_start(args, format);
    vsnprintf(no->detail, sizeof no->detail, format, args);
    va_end(args);
    return false;
}

bool desk_absent(struct desk_no *no)
{
    return desk_refuse(no, DESK_ABSENT, "not-found", "nothing of that id is here for you");
}

enum err desk_do(const struct desk_work *w, desk_step *step, void *what, struct desk_no *no,
                 int64_t *seq, struct problem *problem)
{
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    *seq = 0;
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = step(w, what, no, seq, problem);
    e = store_end_if(w->store, e, no->why == DESK_YES, problem);
    if (e != OK || no->why != DESK_YES)
        *seq = 0;
    return e;
}

enum err desk_write(const struct desk_work *w, const struct fact_kind *kind,
                    const struct value *row, int64_t *seq, struct problem *problem)
{
    const struct fact_origin o = desk_origin(w);
    return fact_write(w->store, kind, row, o.node, o.actor, o.at, seq, problem);
}
