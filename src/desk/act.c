#include "desk/act.h"

static unsigned different(const struct act *a)
{
    unsigned n = 0;
    for (unsigned i = 0; i < a->officers; i++) {
        unsigned j = 0;
        while (j < i && a->officer[j] != a->officer[i])
            j++;
        n += j == i && a->officer[i] != 0;
    }
    return n;
}

static enum act_no items_no(const struct act *a)
{
    if (a->items == 0 || a->items > ACT_ITEMS_MAX)
        return ACT_ITEMS;
    for (unsigned i = 0; i < a->items; i++)
        if (a->item_due[i] <= a->at)
            return ACT_ITEMS;
    return ACT_YES;
}

/* Its record, or who hears it where and when. */
static enum act_no hearing_no(const struct act *a)
{
    if (a->record)
        return ACT_YES;
    return a->host == 0 || !a->place ? ACT_HOST : a->set <= a->at ? ACT_DATE_PAST : ACT_YES;
}

/* A fine in its range; a criticism in its words, since they are what it is. */
static enum act_no intended_no(const struct act *a)
{
    return a->criticises ? (a->text ? ACT_YES : ACT_TEXT)
           : a->in_range ? ACT_YES
                         : ACT_OUT_OF_RANGE;
}

static enum act_no agreed_no(const struct act *a)
{
    return a->agreed ? ACT_YES : ACT_NOT_AGREED;
}

static enum act_no paid_no(const struct act *a)
{
    return a->fen > 0 ? ACT_YES : ACT_AMOUNT;
}

static enum act_no listing_no(const struct act *a)
{
    return !a->ground ? ACT_GROUND : a->exit ? ACT_YES : ACT_EXIT;
}

static enum act_no step_named_no(const struct act *a)
{
    return a->of < ACT_UNKNOWN ? ACT_YES : ACT_STEP;
}

enum want {
    OFFICERS = 1,
    PLACE = 2,
    TEXT = 4,
    AHEAD = 8, /* its time */
    PAST = 16,
    RANGE = 32,
    REASON = 64,
};

/* What each act must say, and what else of it is looked at. */
static const struct {
    unsigned wants;
    enum act_no (*further)(const struct act *);
} bodies[ACTS] = {
    [ACT_SUMMONS] = {OFFICERS | PLACE | TEXT | AHEAD, NULL},
    [ACT_SELF_INSPECTION] = {AHEAD, NULL},
    [ACT_RECOMMEND] = {0, items_no},
    [ACT_RECTIFICATION] = {0, items_no},
    [ACT_VISIT] = {TEXT | PAST, agreed_no},
    [ACT_INSPECTION] = {OFFICERS | TEXT | PAST, NULL},
    [ACT_INDUSTRY_NOTICE] = {TEXT, NULL},
    [ACT_WARNING] = {TEXT, NULL},
    [ACT_CRITICISM] = {TEXT, NULL},
    [ACT_NOTICE_OF_PENALTY] = {PAST, intended_no},
    [ACT_HEARING] = {0, hearing_no},
    [ACT_PENALTY] = {RANGE, NULL},
    [ACT_SERVICE] = {PAST, NULL},
    [ACT_PAYMENT] = {PAST, paid_no},
    [ACT_LISTING] = {0, listing_no},
    [ACT_SKIP] = {REASON, step_named_no},
    [ACT_REPLY] = {TEXT, NULL},
    [ACT_DEFENCE] = {TEXT, NULL},
    [ACT_OBJECTION] = {TEXT, NULL},
    [ACT_REPAIR] = {TEXT, NULL},
};

enum act_no act_body(const struct act *a)
{
    const unsigned w = bodies[a->kind].wants;
    if ((w & OFFICERS) && different(a) < 2)
        return ACT_OFFICERS;
    if ((w & PLACE) && !a->place)
        return ACT_PLACE;
    if ((w & TEXT) && !a->text)
        return ACT_TEXT;
    if ((w & AHEAD) && a->set <= a->at)
        return ACT_DATE_PAST;
    if ((w & PAST) && a->set > a->at)
        return ACT_DATE_AHEAD;
    if ((w & RANGE) && !a->in_range)
        return ACT_OUT_OF_RANGE;
    if ((w & REASON) && !a->reason)
        return ACT_REASON;
    return bodies[a->kind].further != NULL ? bodies[a->kind].further(a) : ACT_YES;
}
