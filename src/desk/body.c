#include "desk/body.h"

#include "registry/staff.h"

enum err body_find(struct store *s, struct str id, struct fact_row *row, struct power_body *out,
                   struct problem *problem)
{
    *out = (struct power_body){.id = STR("")};
    if (id.n == 0)
        return OK;
    enum err e = fact_first(s, &organisation_kind, value_text(id), row, problem);
    if (e == OK)
        *out = body_of(row->v);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err body_own(const struct desk_work *w, struct fact_row *row, struct power_body *out,
                  struct problem *problem)
{
    return body_find(w->store, w->who ? str_of(w->who->organisation) : STR(""), row, out, problem);
}

bool body_acts(const struct subject *who)
{
    if (who->position[0] == '\0')
        return who->organisation[0] != '\0';
    switch (position_of(str_of(who->position))) {
    case POSITION_MANAGER:
    case POSITION_COMPLIANCE:
    case POSITION_OFFICER:
    case POSITION_APPROVER:
    case POSITION_OPERATOR:
        return true;
    case POSITION_SALES:
    case POSITION_EXAMINER:
    case POSITION_AUDITOR:
    case POSITION_UNKNOWN:
        return false;
    }
    return false;
}
