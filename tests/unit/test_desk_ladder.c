#include "unit.h"

#include "desk/ladder.h"

/*
 * Every state that a case can get into, every act, everybody who might do it.
 *
 * Time stands still and what lies ahead may come at any moment, each deadline for itself: that is
 * more than can happen, so that what holds here holds. Beside the ladder a witness writes down,
 * from the accepted acts alone, what a fine must have gone through; the two know nothing of
 * each other.
 */

enum { NOW = 1000, PAST = 500, SOON = 1500, AHEAD = 2000 };

/* People: numbers as power_who would give. */
enum { OFFICER = 1, COLLEAGUE = 2, APPROVER = 3, STRANGER = 4, GUEST = 5 };

static const struct power powers[] = {
    {SIDE_ASSOCIATION, SEAT_OFFICER, STRANGER, false},
    {SIDE_ASSOCIATION, SEAT_APPROVER, STRANGER, false},
    {SIDE_ASSOCIATION, SEAT_NONE, STRANGER, false},
    {SIDE_AUTHORITY, SEAT_OFFICER, OFFICER, true},
    {SIDE_AUTHORITY, SEAT_APPROVER, APPROVER, false},
    {SIDE_AUTHORITY, SEAT_NONE, STRANGER, false},
    {SIDE_RESPONDENT, SEAT_OFFICER, GUEST, false},
    {SIDE_RESPONDENT, SEAT_NONE, GUEST, false},
    {SIDE_CARRIER, SEAT_APPROVER, STRANGER, false},
    {SIDE_REPORTER, SEAT_APPROVER, STRANGER, false},
    {SIDE_NOBODY, SEAT_APPROVER, STRANGER, false},
    {SIDE_AUTHORITY, SEAT_RECORD, STRANGER, false},
    {SIDE_ASSOCIATION, SEAT_RECORD, STRANGER, false},
};
enum { POWERS = sizeof powers / sizeof *powers };

/* What a fine must have gone through. */
struct witness {
    bool noticed, window_over, asked, heard, defended, drafted, fined, served, waits, criticism;
    unsigned drafter, worked; /* the latter: bits */
};

struct state {
    struct ladder l;
    struct witness w;
};

/* A state as a number ------------------------------------------------------------------------- */

struct packer {
    uint64_t bits;
    unsigned at;
    bool reading;
};

static uint64_t field(struct packer *p, unsigned width, uint64_t value)
{
    const uint64_t mask = (UINT64_C(1) << width) - 1;
    if (p->reading)
        value = p->bits >> p->at & mask;
    assert_true(value <= mask);
    p->bits |= p->reading ? 0 : value << p->at;
    p->at += width;
    assert_true(p->at <= 64);
    return value;
}

#define FLAG(x)        ((x) = field(p, 1, (x)))
#define NUMBER(x, n)   ((x) = field(p, (n), (uint64_t)(x)))
#define INSTANT(x, on) ((x) = field(p, 1, (x) == AHEAD) ? AHEAD : (on) ? PAST : 0)
#define STEP(name)                                                                                 \
    (l->passed = field(p, 1, l->passed >> ACT_##name & 1) ? l->passed | ACT_BIT(ACT_##name)        \
                                                          : l->passed & ~ACT_BIT(ACT_##name))

static bool knows(const struct ladder *l, uint64_t who)
{
    for (unsigned i = 0; i < l->people_count; i++)
        if (l->people[i] == who)
            return true;
    return false;
}

static void people(struct packer *p, struct ladder *l)
{
    /* Nobody is heard after a decision, nor in a closed case. */
    const bool matters = !l->decided && !l->closed;
    uint64_t set = 0;
    for (uint64_t who = OFFICER; who <= APPROVER; who++)
        set |= matters && knows(l, who) ? 1U << (who - 1) : 0;
    set = field(p, 3, set);
    l->people_count = 0;
    for (uint64_t who = OFFICER; who <= APPROVER; who++)
        if (set >> (who - 1) & 1)
            l->people[l->people_count++] = who;
}

static void pack(struct packer *p, struct state *s)
{
    struct ladder *l = &s->l;
    struct witness *w = &s->w;
    STEP(SUMMONS);
    STEP(SELF_INSPECTION);
    STEP(RECTIFICATION);
    l->passed = l->passed & ACT_BIT(ACT_RECTIFICATION) ? l->passed | ACT_BIT(ACT_RECOMMEND)
                                                       : l->passed & ~ACT_BIT(ACT_RECOMMEND);
    STEP(VISIT);
    STEP(INSPECTION);
    FLAG(l->opened);
    FLAG(l->filed);
    FLAG(l->closed);
    FLAG(l->drawn);
    INSTANT(l->decide_until, l->filed);
    NUMBER(l->items, 2);
    for (unsigned i = 0; i < l->items; i++) {
        INSTANT(l->item[i].due, true);
        NUMBER(l->item[i].state, 2);
    }
    FLAG(l->noticed);
    INSTANT(l->window_until, l->noticed);
    l->criticism = l->noticed || p->reading ? l->criticism : false;
    FLAG(l->criticism);
    if (l->noticed)
        l->violation = 1, l->count = 2, l->fen = 1000;
    FLAG(l->defended);
    FLAG(l->asked);
    FLAG(l->announced);
    FLAG(l->heard);
    INSTANT(l->hearing_at, l->announced);
    FLAG(l->drafted);
    FLAG(l->decided);
    FLAG(l->served);
    FLAG(l->settled);
    l->drafter = l->drafted || l->criticism || p->reading ? l->drafter : 0;
    NUMBER(l->drafter, 2);
    l->draft_fen = l->drafted ? 1000 : 0;
    l->fine_fen = l->decided ? 1000 : 0;
    FLAG(l->seen);
    FLAG(l->criticised);
    NUMBER(l->published, 2);
    NUMBER(l->shown, 2);
    NUMBER(l->listed, 3);
    NUMBER(l->waiting, 1);
    l->unread = l->passed & ACT_BIT(ACT_SUMMONS) ? 1 : 0; /* stands for any number */
    l->ordered_at = l->decided_at = 0;                    /* what is dated back: test_desk_case */
    people(p, l);
    FLAG(w->noticed);
    FLAG(w->window_over);
    FLAG(w->asked);
    FLAG(w->heard);
    FLAG(w->defended);
    FLAG(w->drafted);
    FLAG(w->criticism);
    w->drafter = w->drafted || w->criticism || p->reading ? w->drafter : 0;
    NUMBER(w->drafter, 2);
    w->worked &= l->decided || l->closed ? 0 : 14;
    NUMBER(w->worked, 4);
    FLAG(w->fined);
    FLAG(w->served);
    FLAG(w->waits);
}

/* The states that were met --------------------------------------------------------------------- */

enum { TABLE = 1 << 24 };
static uint64_t *met, *queue;
static size_t met_count;

static void meet(struct state s)
{
    struct packer p = {.bits = 0};
    pack(&p, &s);
    const uint64_t key = p.bits + 1; /* 0 is an empty place */
    size_t i = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
    while (met[i] != 0 && met[i] != key)
        i = (i + 1) % TABLE;
    if (met[i] == key)
        return;
    assert_true(met_count < TABLE / 2);
    met[i] = key;
    queue[met_count++] = p.bits;
}

/* Bodies ----------------------------------------------------------------------------------------
 */

/* What each power tries of each kind, made once. */
enum { TRIED = 48 };
static struct tried {
    size_t count;
    struct act act[TRIED];
} tried[POWERS][ACTS];

static void keep(struct tried *to, const struct act *a)
{
    assert_true(to->count < TRIED);
    to->act[to->count++] = *a;
}

/* What may be skipped, and some of what never is (the rest of it: below). */
static const enum act_kind steps[] = {
    ACT_SUMMONS,    ACT_SELF_INSPECTION,   ACT_RECOMMEND, ACT_RECTIFICATION, ACT_VISIT,
    ACT_INSPECTION, ACT_NOTICE_OF_PENALTY, ACT_HEARING,   ACT_DECISION,      ACT_UNKNOWN};

/* Whatever an act may say: right, and wrong in each way. */
static void bodies(const struct power *p, enum act_kind kind, struct tried *to)
{
    const struct act good = {
        .kind = kind,
        .side = p->side,
        .by = p->who,
        .at = NOW,
        .set = AHEAD,
        .due = AHEAD,
        .officer = {OFFICER, COLLEAGUE},
        .officers = kind == ACT_SUMMONS || kind == ACT_INSPECTION ? 2 : 0,
        .items = kind == ACT_RECTIFICATION || kind == ACT_RECOMMEND ? 1 : 0,
        .item_due = {AHEAD},
        .violation = 1,
        .count = 2,
        .fen = 1000,
        .text = true,
        .place = true,
        .agreed = true,
        .ground = true,
        .exit = true,
        .reason = true,
        .in_range = true,
        .answers = true,
        .approves = true,
        .settles = true,
        .of = kind == ACT_WITHDRAW ? ACT_PUBLISH : ACT_SUMMONS,
        .host = GUEST,
    };
    struct act a = good;
    if (kind == ACT_HEARING)
        a.due = SOON;
    if (kind == ACT_VISIT || kind == ACT_INSPECTION || kind == ACT_NOTICE_OF_PENALTY ||
        kind == ACT_SERVICE || kind == ACT_PAYMENT)
        a.set = PAST;
    const struct act right = a;
    keep(to, &right);
    if (power_may(p, kind) != ACT_YES)
        return; /* role comes first, whatever is said and however the case stands */
#define WRONG(change) (a = right, (change), keep(to, &a))
    switch ((int)kind) {
    case ACT_SUMMONS:
        WRONG(a.officers = 1);
        WRONG(a.officer[1] = OFFICER);
        WRONG(a.place = false);
        WRONG(a.text = false);
        WRONG(a.set = NOW);
        break;
    case ACT_RECTIFICATION:
    case ACT_RECOMMEND:
        WRONG(a.items = 0);
        WRONG(a.items = ACT_ITEMS_MAX);
        WRONG(a.item_due[0] = NOW);
        break;
    case ACT_VISIT:
        WRONG(a.agreed = false);
        WRONG(a.set = PAST - 1);
        WRONG(a.accepted = 1);
        WRONG(a.failed = 1);
        break;
    case ACT_INSPECTION:
        WRONG(a.set = AHEAD);
        WRONG(a.set = PAST - 1);
        WRONG(a.officers = 0);
        WRONG(a.accepted = 1);
        WRONG(a.failed = 1);
        break;
    case ACT_CRITICISM:
        WRONG(a.text = false);
        WRONG(a.answers = false);
        break;
    case ACT_NOTICE_OF_PENALTY:
        WRONG(a.criticises = true);
        WRONG((a.criticises = true, a.text = false));
        WRONG(a.barred = true);
        WRONG(a.in_range = false);
        break;
    case ACT_HEARING:
        WRONG(a.host = OFFICER);
        WRONG(a.host = APPROVER);
        WRONG(a.host = 0);
        WRONG(a.due = AHEAD + 1);
        WRONG(a.record = true);
        break;
    case ACT_PENALTY:
        WRONG(a.in_range = false);
        WRONG(a.fen = 2000);
        WRONG(a.count = 3);
        WRONG(a.violation = 2);
        WRONG(a.answers = false);
        break;
    case ACT_DECISION:
        WRONG(a.approves = false);
        break;
    case ACT_HANDLING:
        WRONG(a.settles = false);
        break;
    case ACT_PAYMENT:
        WRONG(a.settles = false);
        WRONG(a.fen = 0);
        break;
    case ACT_WITHDRAW:
        WRONG(a.of = ACT_LISTING);
        WRONG(a.published = PUBLISHED_CRITICISM);
        WRONG(a.published = PUBLISHED_PENALTY);
        break;
    case ACT_LISTING:
        WRONG(a.ground = false);
        WRONG(a.exit = false);
        break;
    case ACT_SKIP:
        WRONG(a.reason = false);
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            WRONG(a.of = steps[i]);
        break;
    case ACT_CLOSE:
        WRONG(a.reason = false);
        break;
    case ACT_PROOF:
        WRONG(a.item = 1);
        break;
    default:
        break;
    }
}

/* What must hold --------------------------------------------------------------------------------
 */

/* An authority's alone, by hand: the law's list, not the table's. */
static bool public_act(enum act_kind k)
{
    return k == ACT_RECTIFICATION || k == ACT_INSPECTION || k == ACT_WARNING ||
           k == ACT_CRITICISM || k == ACT_NOTICE_OF_PENALTY || k == ACT_HEARING ||
           k == ACT_PENALTY || k == ACT_DECISION || k == ACT_SERVICE || k == ACT_PAYMENT ||
           k == ACT_PUBLISH;
}

static bool protects(enum act_kind k)
{
    return k == ACT_NOTICE_OF_PENALTY || k == ACT_DEFENCE || k == ACT_HEARING_REQUEST ||
           k == ACT_HEARING || k == ACT_PENALTY || k == ACT_DECISION || k == ACT_SERVICE ||
           k == ACT_CRITICISM || k == ACT_OBJECTION || k == ACT_REPAIR || k == ACT_LISTING ||
           k == ACT_PUBLISH;
}

static void judge_accepted(const struct state *s, const struct power *by, const struct act *a)
{
    const struct witness *w = &s->w;
    if (public_act(a->kind))
        assert_int_equal(a->side, SIDE_AUTHORITY);
    if (by->seat == SEAT_RECORD)
        assert_true(a->kind == ACT_HANDLING || a->kind == ACT_WITHDRAW);
    else
        assert_true(a->kind != ACT_HANDLING);
    switch ((int)a->kind) {
    case ACT_CRITICISM:
        assert_true(w->noticed && w->criticism && w->window_over && (!w->asked || w->heard));
        assert_true(by->seat == SEAT_APPROVER && a->by != w->drafter);
        assert_true(a->text && (a->answers || !w->defended) && !s->l.criticised);
        assert_true(s->l.decide_until > NOW);
        break;
    case ACT_PENALTY:
        assert_true(!w->criticism);
        assert_true(w->noticed && w->window_over && (!w->asked || w->heard));
        assert_true(a->in_range && a->fen <= 1000 && a->count <= 2 && a->violation == 1);
        assert_true(!w->fined && (a->answers || !w->defended));
        break;
    case ACT_DECISION:
        assert_true(w->noticed && w->window_over && (!w->asked || w->heard));
        assert_true(w->drafted && a->by != w->drafter && !w->fined);
        assert_true(s->l.decide_until > NOW);
        break;
    case ACT_HEARING:
        assert_true(w->asked && !w->heard);
        assert_true(a->record || (!(w->worked >> a->host & 1) && a->set >= a->due));
        break;
    case ACT_SERVICE:
        assert_true(w->fined && !w->served);
        break;
    case ACT_PAYMENT:
        assert_true(w->served);
        break;
    case ACT_PUBLISH:
        assert_true(w->served || s->l.criticised);
        break;
    case ACT_LISTING:
        assert_true(a->ground && a->exit);
        assert_true(a->side == SIDE_ASSOCIATION || by->regulates);
        break;
    case ACT_SKIP:
        assert_true(a->reason && !protects(a->of));
        assert_false(a->side == SIDE_ASSOCIATION && public_act(a->of));
        break;
    case ACT_SUMMONS:
    case ACT_INSPECTION:
        assert_true(a->officers >= 2 && a->officer[0] != a->officer[1]);
        break;
    case ACT_CLOSE:
        assert_true(!w->fined || w->served);
        assert_true(!w->waits || a->reason);
        break;
    default:
        break;
    }
}

/* What is listed or shown ends by a withdrawal alone, and each for itself. */
static void judge_registers(const struct ladder *before, const struct ladder *after,
                            const struct act *a)
{
    const bool lists = a->kind == ACT_WITHDRAW && a->of == ACT_LISTING,
               shows = a->kind == ACT_WITHDRAW && a->of == ACT_PUBLISH;
    const unsigned which = a->published != 0 ? a->published : 3;
    assert_int_equal(before->listed & ~after->listed, lists ? 1U << a->side : 0);
    assert_int_equal(before->shown & ~after->shown, shows ? before->shown & which : 0);
    assert_true(!shows || before->shown & which);
    assert_int_equal(before->published & ~after->published, 0);
}

static void write_down(struct witness *w, const struct act *a)
{
    if (a->kind == ACT_SUMMONS || a->kind == ACT_RECTIFICATION || a->kind == ACT_INSPECTION ||
        a->kind == ACT_NOTICE_OF_PENALTY || a->kind == ACT_PENALTY)
        w->worked |= 1U << a->by;
    for (unsigned i = 0; i < a->officers; i++)
        w->worked |= 1U << a->officer[i];
    switch ((int)a->kind) {
    case ACT_NOTICE_OF_PENALTY:
        w->asked = w->asked && !w->heard;
        w->noticed = true;
        w->criticism = a->criticises;
        w->drafter = a->criticises ? (unsigned)a->by : 0;
        w->window_over = w->heard = w->drafted = false;
        break;
    case ACT_HEARING_REQUEST:
        w->asked = true;
        break;
    case ACT_HEARING:
        w->heard = w->heard || a->record;
        break;
    case ACT_DEFENCE:
        w->defended = true;
        break;
    case ACT_PENALTY:
        w->drafted = true;
        w->drafter = (unsigned)a->by;
        break;
    case ACT_DECISION:
        w->drafted = false;
        w->fined = a->approves;
        break;
    case ACT_CRITICISM:
        w->noticed = w->criticism = w->asked = w->heard = w->window_over = false;
        break;
    case ACT_SERVICE:
        w->served = true;
        break;
    case ACT_DISPATCH:
        w->waits = true;
        break;
    case ACT_HANDLING:
        w->waits = w->waits && !a->settles;
        break;
    case ACT_CLOSE:
        w->waits = false;
        break;
    default:
        break;
    }
}

struct trial {
    const struct state *from;
    const struct power *power;
    bool accepted;
};

static bool said[ACT_NOS]; /* every no that was said of anything */
static uint64_t acted;     /* every kind that was ever accepted */

static void try(struct trial *t, const struct act *a)
{
    const enum act_no no = ladder_may(&t->from->l, t->power, a);
    said[no] = true;
    if (no != ACT_YES)
        return;
    t->accepted = true;
    acted |= ACT_BIT(a->kind);
    judge_accepted(t->from, t->power, a);
    struct state next = *t->from;
    ladder_step(&next.l, a);
    judge_registers(&t->from->l, &next.l, a);
    write_down(&next.w, a);
    if (next.l.items <= 1 && next.l.waiting <= 1)
        meet(next);
}

/* What lies ahead comes. */
static void time_passes(const struct state *s)
{
    struct state next = *s;
    if (s->l.decide_until == AHEAD)
        next.l.decide_until = PAST, meet(next), next = *s;
    if (s->l.hearing_at == AHEAD)
        next.l.hearing_at = PAST, meet(next), next = *s;
    if (s->l.window_until == AHEAD)
        next.l.window_until = PAST, next.w.window_over = true, meet(next), next = *s;
    for (unsigned i = 0; i < s->l.items; i++)
        if (s->l.item[i].due == AHEAD)
            next.l.item[i].due = PAST, meet(next), next = *s;
}

static void ask_everybody(const struct state *s)
{
    for (size_t i = 0; i < POWERS; i++) {
        const uint64_t lawful = ladder_next(&s->l, &powers[i], NOW);
        assert_int_equal(lawful & ~power_acts(powers[i].side), 0);
        if (powers[i].seat == SEAT_NONE || power_acts(powers[i].side) == 0)
            assert_int_equal(lawful, 0);
        for (enum act_kind k = 0; k < ACT_UNKNOWN; k++) {
            struct trial t = {.from = s, .power = &powers[i]};
            for (size_t j = 0; j < tried[i][k].count; j++)
                try(&t, &tried[i][k].act[j]);
            /* What it names is accepted with some body, and nothing else is. */
            if (t.accepted != (lawful >> k & 1))
                fail_msg("%s of %s: %s, but %s", act_word(k), side_word(powers[i].side),
                         lawful >> k & 1 ? "named" : "not named",
                         t.accepted ? "accepted" : "refused");
        }
    }
    /* An authority in charge is never at a dead end: it closes the case, or first serves what
     * was decided, or somebody may still decide on a draft. */
    if (s->l.filed && !s->l.closed)
        assert_true(
            (ladder_next(&s->l, &powers[4], NOW) & (ACT_BIT(ACT_CLOSE) | ACT_BIT(ACT_SERVICE))) ||
            (s->l.drafted && s->l.decide_until > NOW));
}

static void no_path_leads_round_what_protects_the_respondent(void **state)
{
    (void)state;
    met = calloc(TABLE, sizeof *met);
    queue = calloc(TABLE / 2, sizeof *queue);
    assert_true(met != NULL && queue != NULL);
    for (size_t i = 0; i < POWERS; i++)
        for (enum act_kind k = 0; k < ACT_UNKNOWN; k++)
            bodies(&powers[i], k, &tried[i][k]);
    meet((struct state){0});
    for (size_t i = 0; i < met_count; i++) {
        struct state s = {0};
        struct packer p = {.bits = queue[i], .reading = true};
        pack(&p, &s);
        ask_everybody(&s);
        time_passes(&s);
        if (s.l.filed && !(s.l.passed & ACT_BIT(ACT_INSPECTION))) {
            ladder_drawn(&s.l);
            meet(s);
        }
    }
    print_message("%zu states\n", met_count);
    free(met);
    free(queue);
    /* Nothing of it is idle: every act happens, every no is said. */
    assert_int_equal(acted, ACT_ALL);
    for (unsigned no = 0; no < ACT_NOS; no++)
        if (!said[no] && no != ACT_ITEMS_FULL)
            fail_msg("never said: %s", act_no_word(no));
}

/* Some of it told as stories, so that a reader sees them. -------------------------------------- */

static enum act_no acts(struct ladder *l, const struct power *p, enum act_kind kind, when at,
                        struct act a)
{
    a.kind = kind;
    a.side = p->side;
    a.by = p->who;
    a.at = at;
    a.text = a.place = true;
    const enum act_no no = ladder_may(l, p, &a);
    if (no == ACT_YES)
        ladder_step(l, &a);
    return no;
}

static const struct power officer = {SIDE_AUTHORITY, SEAT_OFFICER, OFFICER, false},
                          approver = {SIDE_AUTHORITY, SEAT_APPROVER, APPROVER, false},
                          agency = {SIDE_RESPONDENT, SEAT_OFFICER, GUEST, false};

static void noticed(struct ladder *l)
{
    *l = (struct ladder){0};
    assert_int_equal(acts(l, &officer, ACT_ACCEPT, 1, (struct act){.due = 90}), ACT_YES);
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            acts(l, &officer, ACT_SKIP, 2,
                 (struct act){.reason = true,
                              .of = (const enum act_kind[]){ACT_SUMMONS, ACT_SELF_INSPECTION,
                                                            ACT_RECTIFICATION, ACT_INSPECTION}[i]}),
            ACT_YES);
    const struct act notice = {.set = 3, .due = 10, .in_range = true, .count = 2, .fen = 1000};
    assert_int_equal(acts(l, &officer, ACT_NOTICE_OF_PENALTY, 3, notice), ACT_YES);
}

static void a_fine_takes_its_time_and_two(void **state)
{
    struct ladder l;
    const struct act draft = {.in_range = true, .count = 2, .fen = 900, .answers = false};
    (void)state;
    noticed(&l);
    assert_int_equal(acts(&l, &approver, ACT_PENALTY, 9, draft), ACT_WINDOW_OPEN);
    assert_int_equal(acts(&l, &agency, ACT_DEFENCE, 9, (struct act){0}), ACT_YES);
    assert_int_equal(acts(&l, &agency, ACT_HEARING_REQUEST, 10, (struct act){0}), ACT_WINDOW_OVER);
    assert_int_equal(acts(&l, &approver, ACT_PENALTY, 10, draft), ACT_DEFENCE_UNANSWERED);
    struct act answers = draft;
    answers.answers = true;
    assert_int_equal(acts(&l, &approver, ACT_PENALTY, 10, answers), ACT_YES);
    const struct act yes = {.approves = true};
    assert_int_equal(acts(&l, &approver, ACT_DECISION, 11, yes), ACT_SECOND_PERSON);
    assert_int_equal(acts(&l, &officer, ACT_DECISION, 11, yes), ACT_NOT_APPROVER);
    const struct power other = {SIDE_AUTHORITY, SEAT_APPROVER, STRANGER, false};
    assert_int_equal(acts(&l, &other, ACT_DECISION, 90, yes), ACT_TOO_LATE);
    assert_int_equal(acts(&l, &other, ACT_DECISION, 89, yes), ACT_YES);
    assert_int_equal(l.fine_fen, 900);
    assert_int_equal(acts(&l, &officer, ACT_PENALTY, 89, answers), ACT_DECIDED);
}

/* A second notice does not do away with a hearing that was asked for. */
static void a_new_notice_leaves_a_hearing_due(void **state)
{
    struct ladder l;
    (void)state;
    noticed(&l);
    assert_int_equal(acts(&l, &agency, ACT_HEARING_REQUEST, 9, (struct act){0}), ACT_YES);
    const struct act notice = {.set = 9, .due = 17, .in_range = true, .count = 1, .fen = 900};
    assert_int_equal(acts(&l, &officer, ACT_NOTICE_OF_PENALTY, 9, notice), ACT_YES);
    const struct act draft = {.in_range = true, .count = 1, .fen = 900};
    assert_int_equal(acts(&l, &officer, ACT_PENALTY, 18, draft), ACT_HEARING_FIRST);
    const struct act soon = {.host = STRANGER, .set = 20, .due = 25},
                     own = {.host = OFFICER, .set = 30, .due = 25},
                     good = {.host = STRANGER, .set = 30, .due = 25}, record = {.record = true};
    assert_int_equal(acts(&l, &officer, ACT_HEARING, 18, soon), ACT_HEARING_SOON);
    assert_int_equal(acts(&l, &officer, ACT_HEARING, 18, own), ACT_HOST_INVESTIGATED);
    assert_int_equal(acts(&l, &officer, ACT_HEARING, 18, good), ACT_YES);
    assert_int_equal(acts(&l, &officer, ACT_HEARING, 29, record), ACT_HEARING_AHEAD);
    assert_int_equal(acts(&l, &officer, ACT_HEARING, 30, record), ACT_YES);
    assert_int_equal(acts(&l, &officer, ACT_PENALTY, 30, draft), ACT_YES);
}

/* Items have dates of their own: one that is late opens the door, one that runs does not. */
static void one_late_item_is_enough_to_go_and_see(void **state)
{
    struct ladder l = {.filed = true,
                       .passed = ACT_BIT(ACT_SUMMONS) | ACT_BIT(ACT_SELF_INSPECTION)};
    const struct act order = {.items = 2, .item_due = {10, 20}},
                     many = {.items = ACT_ITEMS_MAX,
                             .item_due = {20, 20, 20, 20, 20, 20, 20, 20, 20, 20,
                                          20, 20, 20, 20, 20, 20, 20, 20, 20, 20}},
                     early = {.set = 19, .officers = 2, .officer = {1, 2}, .accepted = 1},
                     visit = {
                         .set = 20, .officers = 2, .officer = {1, 2}, .accepted = 1, .failed = 2};
    (void)state;
    assert_int_equal(acts(&l, &officer, ACT_RECTIFICATION, 5, order), ACT_YES);
    assert_int_equal(acts(&l, &officer, ACT_RECTIFICATION, 5, many), ACT_ITEMS_FULL);
    assert_int_equal(acts(&l, &agency, ACT_PROOF, 6, (struct act){.item = 0}), ACT_YES);
    assert_int_equal(
        acts(&l, &officer, ACT_INSPECTION, 10, (struct act){.officers = 2, .officer = {1, 2}}),
        ACT_ORDER_RUNNING);
    assert_int_equal(acts(&l, &officer, ACT_INSPECTION, 20, early), ACT_DATE_BACK);
    assert_int_equal(acts(&l, &officer, ACT_INSPECTION, 20, visit), ACT_YES);
    assert_int_equal(l.item[0].state, ITEM_ACCEPTED);
    assert_int_equal(l.item[1].state, ITEM_OPEN);
    assert_int_equal(acts(&l, &officer, ACT_CLOSE, 21, (struct act){0}), ACT_STILL_OPEN);
    assert_int_equal(acts(&l, &officer, ACT_CLOSE, 21, (struct act){.reason = true}), ACT_YES);
    assert_int_equal(acts(&l, &officer, ACT_SUMMONS, 22,
                          (struct act){.officers = 2, .officer = {1, 2}, .set = 30}),
                     ACT_CLOSED);
}

static void what_was_seen_before_the_step_was_skipped_is_none(void **state)
{
    struct ladder l = {.filed = true,
                       .passed = ACT_BIT(ACT_SUMMONS) | ACT_BIT(ACT_SELF_INSPECTION)};
    struct act visit = {.officers = 2, .officer = {1, 2}, .set = 4};
    (void)state;
    assert_int_equal(
        acts(&l, &officer, ACT_SKIP, 5, (struct act){.of = ACT_RECTIFICATION, .reason = true}),
        ACT_YES);
    assert_int_equal(acts(&l, &officer, ACT_INSPECTION, 9, visit), ACT_DATE_BACK);
    visit.set = 5;
    assert_int_equal(acts(&l, &officer, ACT_INSPECTION, 9, visit), ACT_YES);
}

static void nothing_else_is_skipped(void **state)
{
    struct ladder l;
    (void)state;
    noticed(&l);
    l.passed = 0;
    for (enum act_kind of = 0; of < ACT_UNKNOWN; of++)
        if (protects(of))
            assert_int_equal(
                acts(&l, &approver, ACT_SKIP, 9, (struct act){.of = of, .reason = true}),
                ACT_NEVER_SKIPPED);
    assert_int_equal(acts(&l, &approver, ACT_SKIP, 9, (struct act){.of = ACT_SUMMONS}), ACT_REASON);
}

static void what_cannot_be_said_is_named(void **state)
{
    (void)state;
    for (enum act_no a = ACT_YES; a <= ACT_NOTHING_ADDRESSED; a++)
        for (enum act_no b = ACT_YES; b < a; b++) {
            assert_string_not_equal(act_no_word(a), act_no_word(b));
            assert_string_not_equal(act_no_text(a), act_no_text(b));
        }
    assert_int_equal(act_no_about(ACT_NOT_APPROVER), ACT_ABOUT_ROLE);
    assert_int_equal(act_no_about(ACT_OUT_OF_RANGE), ACT_ABOUT_BODY);
    assert_int_equal(act_no_about(ACT_CLOSED), ACT_ABOUT_STATE);
}

UNIT_MAIN(TEST(a_fine_takes_its_time_and_two), TEST(a_new_notice_leaves_a_hearing_due),
          TEST(one_late_item_is_enough_to_go_and_see),
          TEST(what_was_seen_before_the_step_was_skipped_is_none), TEST(nothing_else_is_skipped),
          TEST(what_cannot_be_said_is_named),
          TEST(no_path_leads_round_what_protects_the_respondent))
