#include "registry/subject.h"

#include "core/buf.h"
#include "registry/staff.h"

/* SUBJECT_COLUMNS. */
enum {
    ROW_ORGANISATION,
    ROW_KIND,
    ROW_ORGANISATION_STATUS,
    ROW_STAFF,
    ROW_ROLE,
    ROW_STAFF_STATUS,
    ROW_MEMBER_STATUS,
    ROW_STOP
};

const char *role_word(unsigned i)
{
    static const char *const words[ROLES] = {"machine",    "business",  "sales",   "manager",
                                             "compliance", "staff",     "carrier", "association",
                                             "auditor",    "authority", "person",  "examiner"};
    return i < ROLES ? words[i] : "";
}

void subject_of_link(const uint8_t link[static SUBJECT_LINK], char out[static SUBJECT_ID])
{
    struct buf b;
    buf_fixed(&b, out, SUBJECT_ID - 1);
    buf_str(&b, STR("num_"));
    for (size_t i = 0; i < SUBJECT_LINK; i++)
        buf_printf(&b, "%02x", link[i]);
    out[b.n] = '\0';
}

/* By a session that holds her number. */
static bool is_number(struct str id)
{
    return str_starts(id, STR("num_"));
}

static bool is_person(struct str id)
{
    return is_number(id) || str_starts(id, STR("per_"));
}

bool subject_is_account(struct str id)
{
    return is_person(id) || str_starts(id, STR("org_")) || str_starts(id, STR("stf_"));
}

static struct str text_of(const struct value *v)
{
    return v->type == VALUE_TEXT ? v->s : STR("");
}

static enum role business_role(struct str role)
{
    if (role.n == 0)
        return ROLE_BUSINESS;
    switch (position_of(role)) {
    case POSITION_SALES:
        return ROLE_SALES;
    case POSITION_MANAGER:
        return ROLE_MANAGER;
    case POSITION_COMPLIANCE:
        return ROLE_COMPLIANCE;
    case POSITION_OFFICER:
    case POSITION_APPROVER:
    case POSITION_EXAMINER:
    case POSITION_AUDITOR:
    case POSITION_OPERATOR:
    case POSITION_UNKNOWN:
        return ROLE_STAFF;
    }
    return ROLE_STAFF;
}

static enum role association_role(enum position position)
{
    return position == POSITION_AUDITOR    ? ROLE_AUDITOR
           : position == POSITION_EXAMINER ? ROLE_EXAMINER
                                           : ROLE_ASSOCIATION;
}

/* A kind that is not known here has no role, and so no route. */
static enum role role_of(struct str kind, struct str role)
{
    static const char *const businesses[] = {"agency", "enterprise", "call_centre", "platform",
                                             "media"};
    if (kind.n == 0)
        return ROLE_MACHINE;
    if (str_eq(kind, STR("carrier")))
        return ROLE_CARRIER;
    if (str_eq(kind, STR("authority")))
        return ROLE_AUTHORITY;
    if (str_eq(kind, STR("association")))
        return association_role(position_of(role));
    for (size_t i = 0; i < sizeof businesses / sizeof *businesses; i++)
        if (str_eq(kind, str_of(businesses[i])))
            return business_role(role);
    return ROLE_NONE;
}

static enum party party_of(enum role role)
{
    if (role == ROLE_MACHINE)
        return PARTY_MACHINE;
    if (role == ROLE_PERSON)
        return PARTY_PERSON;
    return (role & (ROLE_CARRIER | ROLE_AUTHORITY | ROLE_AUDITOR)) != 0 ? PARTY_OPERATOR
                                                                        : PARTY_ORGANISATION;
}

static bool may_act(struct str id, const struct value *c)
{
    if (is_person(id))
        return is_number(id) || str_eq(text_of(&c[ROW_MEMBER_STATUS]), STR("active"));
    bool staff = c[ROW_STAFF].type == VALUE_TEXT;
    if (staff &&
        (!str_eq(text_of(&c[ROW_STAFF_STATUS]), STR("active")) || c[ROW_STOP].type != VALUE_NULL))
        return false;
    if (c[ROW_ORGANISATION].type == VALUE_TEXT)
        return str_eq(text_of(&c[ROW_ORGANISATION_STATUS]), STR("active"));
    return !staff && !subject_is_account(id);
}

bool subject_read(struct str id, const struct value *c, struct subject *out)
{
    struct str kind = text_of(&c[ROW_KIND]);
    *out = (struct subject){.role = ROLE_NONE, .party = PARTY_ORGANISATION};
    if (!may_act(id, c) || !str_copy(id, out->id, sizeof out->id) ||
        !str_copy(text_of(&c[ROW_ORGANISATION]), out->organisation, sizeof out->organisation) ||
        !str_copy(kind, out->kind, sizeof out->kind) ||
        !str_copy(text_of(&c[ROW_ROLE]), out->position, sizeof out->position))
        return false;
    out->role = is_person(id) ? ROLE_PERSON : role_of(kind, text_of(&c[ROW_ROLE]));
    out->party = party_of(out->role);
    out->carrier = out->role == ROLE_CARRIER;
    return true;
}

struct finding {
    struct str id;
    struct subject *out;
    bool found;
};

static bool take(void *to, const struct value *columns, size_t count)
{
    struct finding *f = to;
    (void)count;
    f->found = subject_read(f->id, columns, f->out);
    return false;
}

enum err subject_find(struct store *s, struct str id, struct subject *out, struct problem *problem)
{
    struct finding f = {.id = id, .out = out};
    const struct value v = value_text(id);
    enum err e = store_run(
        s, "SELECT " SUBJECT_COLUMNS " FROM (SELECT CAST($1 AS TEXT) AS id) x" SUBJECT_JOIN("x.id"),
        &v, 1, take, &f, problem);
    if (e == OK && !f.found)
        e = problem_set(problem, ERR_NOT_FOUND,
                        "nobody of that id is registered and may act at the moment");
    return e;
}
