#include "http/rule_json.h"
#include "rules/document.h"

#include <stdio.h>

static json_t *both(const char *zh, const char *en)
{
    return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

static json_t *day(const char *text)
{
    return text[0] != '\0' ? json_string(text) : json_null();
}

/* Who can change it: whose rule it is. */
static const char *changed_by(enum rule_label label)
{
    switch (label) {
    case LABEL_LAW:
        return "legislator";
    case LABEL_PLATFORM:
        return "platform";
    case LABEL_DESIGN:
        return "host";
    }
    return "host";
}

json_t *rule_head_json(const struct rules *r, enum rules_kind kind, const struct rule *head)
{
    char first[RULES_DAY], last[RULES_DAY];
    const char evidence[2] = {head->evidence};
    rules_first_day(r, head->from, first);
    rules_last_day(r, head->until, last);
    json_t *o = json_pack(
        "{s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o}", "id", head->id, "kind",
        rules_kind_name(kind), "title", both(head->title_zh, head->title_en), "basis",
        head->citation, "citation", both(head->citation, head->citation_en), "label",
        rule_label_name(head->label), "changed_by", changed_by(head->label), "evidence", evidence,
        "from", day(first), "until", day(last), "text", both(head->text_zh, head->text_en));
    if (o != NULL && head->origin != NULL)
        json_object_set_new(o, "origin", both(head->origin, head->origin_en));
    return o;
}

static void add_rule(json_t *o, const struct rule *rule)
{
    json_t *checks = json_array(), *reasons = json_array();
    for (int c = 0; c < CHECKS; c++) {
        if ((rule->checks >> c & 1) == 0)
            continue;
        json_array_append_new(checks, json_string(check_word((enum check)c)));
        json_array_append_new(reasons, json_string(check_reason((enum check)c)));
    }
    if (rule->number > 0)
        json_object_set_new(o, "number", json_integer(rule->number));
    if (rule->clause > 0)
        json_object_set_new(o, "clause", json_integer(rule->clause));
    json_object_set_new(o, "part", json_string(rule_part_name(rule->part)));
    json_object_set_new(o, "enforced", json_string(rule_state_name(rule->state)));
    json_object_set_new(o, "releasable", json_boolean(rule->releasable));
    json_object_set_new(o, "checks", checks);
    json_object_set_new(o, "reasons", reasons);
}

static json_t *json_cap(const struct cap *cap)
{
    return json_pack("{s:i, s:I, s:s}", "limit", (int)cap->limit, "window_s",
                     (json_int_t)cap->window_s, "scope", cap->all ? "all" : "principal");
}

static void add_profile(json_t *o, const struct call_profile *p)
{
    json_t *hours = json_array(), *caps = json_array();
    for (unsigned i = 0; i < p->hours.count; i++) {
        struct hours one = {.count = 1, .window = {p->hours.window[i]}};
        char text[32];
        int from = one.window[0].from_s / 60, until = one.window[0].until_s / 60;
        snprintf(text, sizeof text, "%02d:%02d-%02d:%02d", from / 60, from % 60, until / 60,
                 until % 60);
        json_array_append_new(hours, json_string(text));
    }
    for (unsigned i = 0; i < p->cap_count; i++)
        json_array_append_new(caps, json_cap(&p->caps[i]));
    json_object_set_new(o, "name", json_string(p->name));
    json_object_set_new(o, "hours", hours);
    json_object_set_new(o, "caps", caps);
    json_object_set_new(o, "ceiling", json_cap(&p->ceiling));
}

static void add_fine(json_t *o, const struct rule_fine *f)
{
    json_t *bands = json_array();
    for (size_t i = 0; i < f->band_count; i++)
        json_array_append_new(
            bands,
            json_pack("{s:I, s:o, s:I, s:I, s:b}", "from", (json_int_t)f->bands[i].from, "until",
                      f->bands[i].until != 0 ? json_integer(f->bands[i].until) : json_null(),
                      "min_fen", (json_int_t)f->bands[i].min_fen, "max_fen",
                      (json_int_t)f->bands[i].max_fen, "each", (int)f->bands[i].each));
    json_object_set_new(o, "violation", json_string(f->violation));
    json_object_set_new(o, "party", json_string(f->party));
    json_object_set_new(o, "bands", bands);
    json_object_set_new(o, "cap_fen", json_integer(f->cap_fen));
}

static void add_block(json_t *o, const struct rule_block *b)
{
    json_t *prefixes = json_array();
    for (size_t i = 0; i < b->prefix_count; i++)
        json_array_append_new(prefixes, json_string(b->prefixes[i]));
    json_object_set_new(o, "prefixes", prefixes);
    json_object_set_new(o, "exact", json_boolean(b->exact));
    json_object_set_new(o, "outbound", json_string(outbound_name(b->outbound)));
}

static void add_sector(json_t *o, const struct sector *s)
{
    json_object_set_new(o, "code", json_string(s->code));
    json_object_set_new(o, "department", both(s->department_zh, s->department_en));
    json_object_set_new(o, "profile", json_string(s->profile->name));
    json_object_set_new(o, "filing", json_boolean(s->filing));
    json_object_set_new(o, "certificate", json_boolean(s->certificate));
}

static json_t *words_of(unsigned bits, int count, const char *(*word)(int))
{
    json_t *list = json_array();
    for (int i = 0; i < count; i++)
        if ((bits >> i & 1) != 0)
            json_array_append_new(list, json_string(word(i)));
    return list;
}

static const char *category_nth(int i)
{
    return category_word((enum category)i);
}

static const char *basis_nth(int i)
{
    return basis_word((enum basis)i);
}

static void add_category(json_t *o, const struct category_rule *c)
{
    json_t *fields = json_array();
    for (size_t i = 0; i < c->field_count; i++)
        json_array_append_new(fields, json_string(c->fields[i]));
    json_object_set_new(o, "category", json_string(category_word(c->category)));
    json_object_set_new(o, "sealed", json_boolean(c->sealed));
    json_object_set_new(o, "masked", json_string(masking_name(c->masking)));
    json_object_set_new(o, "fields", fields);
    json_object_set_new(o, "separate",
                        c->separate_zh ? both(c->separate_zh, c->separate_en) : json_null());
}

static void add_purpose(json_t *o, const struct purpose_rule *p)
{
    json_object_set_new(o, "code", json_string(p->code));
    json_object_set_new(o, "categories", words_of(p->what, CATEGORIES, category_nth));
    json_object_set_new(o, "bases", words_of(p->bases, BASES, basis_nth));
    json_object_set_new(o, "when_suspended", json_boolean(p->when_suspended));
}

/* How many questions there are, never what they ask: that is in the pack. */
static void add_exam(json_t *o, const struct exam_rule *e)
{
    json_t *topics = json_object();
    for (size_t i = 0; i < e->topic_count; i++)
        json_object_set_new(topics, e->topics[i].word, json_integer(e->topics[i].questions));
    json_object_set_new(o, "course", json_string(e->course));
    json_object_set_new(o, "topics", topics);
    json_object_set_new(o, "minutes", json_integer(e->minutes));
    json_object_set_new(o, "pass", json_integer(e->pass));
    json_object_set_new(o, "attempts", json_integer(e->attempts));
    json_object_set_new(o, "within_s", json_integer(e->within_s));
    json_object_set_new(o, "questions", json_integer((json_int_t)e->question_count));
}

static void add_edition(json_t *o, const struct rule_edition *e)
{
    json_t *clauses = json_array();
    struct buf hash;
    char hex[2 * sizeof e->hash + 1];
    buf_fixed(&hash, hex, sizeof hex);
    rules_put_hash(&hash, e);
    for (size_t i = 0; i < e->clause_count; i++)
        json_array_append_new(clauses,
                              json_pack("{s:I, s:s, s:s}", "check", (json_int_t)e->clauses[i].check,
                                        "zh", e->clauses[i].zh, "en", e->clauses[i].en));
    json_object_set_new(o, "code", json_string(e->code));
    json_object_set_new(o, "wording", json_string(e->reconstructed ? "reconstructed" : "original"));
    json_object_set_new(
        o, "cooling_off",
        json_pack("{s:I, s:o, s:I}", "least", (json_int_t)e->cooling_least, "most",
                  e->cooling_most != 0 ? json_integer(e->cooling_most) : json_null(), "usual",
                  (json_int_t)e->cooling_usual));
    json_object_set_new(o, "refund_days", json_integer(e->refund_days));
    json_object_set_new(o, "first_match_days", json_integer(e->first_match_days));
    json_object_set_new(o, "reply_working_days", json_integer(e->reply_working_days));
    json_object_set_new(o, "retention_years", json_integer(e->retention_years));
    json_object_set_new(o, "penalty_percent", json_integer(e->penalty_percent));
    json_object_set_new(o, "clauses", clauses);
    json_object_set_new(o, "hash", json_stringn(hex, hash.n));
}

static void add_phrase(json_t *o, const struct rule_phrase *p)
{
    json_t *zh = json_array();
    for (size_t i = 0; i < p->zh_count; i++)
        json_array_append_new(zh, json_string(p->zh[i]));
    json_object_set_new(o, "phrase", json_string(phrase_kind_name(p->kind)));
    json_object_set_new(o, "words", zh);
}

static json_t *days_json(const struct rule_days *days)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < days->count; i++) {
        const struct date d = date_of_day(days->day[i]);
        json_array_append_new(list, json_sprintf("%04d-%02d-%02d", d.year, d.month, d.day));
    }
    return list;
}

static void add_calendar(json_t *o, const struct rule_calendar *c)
{
    json_object_set_new(o, "year", json_integer(c->year));
    json_object_set_new(o, "provisional", json_boolean(c->provisional));
    json_object_set_new(o, "off", days_json(&c->off));
    json_object_set_new(o, "work", days_json(&c->work));
}

static json_t *texts_json(const struct form_texts *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(list, json_string(texts->at[i]));
    return list;
}

static void add_paper(json_t *o, const struct rule_paper *p)
{
    json_object_set_new(o, "paper", json_string(form_word(p->paper)));
    json_object_set_new(o, "mark", json_string(p->mark));
    json_object_set_new(
        o, "body",
        json_pack("{s:o, s:o}", "zh", texts_json(&p->body_zh), "en", texts_json(&p->body_en)));
    json_object_set_new(
        o, "signs",
        json_pack("{s:o, s:o}", "zh", texts_json(&p->signs_zh), "en", texts_json(&p->signs_en)));
}

static void add_route(json_t *o, const struct rule_route *route)
{
    json_object_set_new(o, "matter", json_string(matter_name(route->matter)));
    json_object_set_new(o, "sector",
                        route->sector != NULL ? json_string(route->sector) : json_null());
    json_object_set_new(o, "to", json_string(route->to));
    json_object_set_new(o, "department", both(route->department_zh, route->department_en));
}

json_t *rule_json(const struct rules *r, enum rules_kind kind, const void *entry)
{
    const struct rule_limit *limit = entry;
    const struct rule_clock *clock = entry;
    const struct rule_ground *ground = entry;
    const struct rule_letterhead *letterhead = entry;
    json_t *o = rule_head_json(r, kind, entry);

    if (o == NULL)
        return NULL;
    switch (kind) {
    case RULES_RULE:
        add_rule(o, entry);
        break;
    case RULES_SECTOR:
        add_sector(o, entry);
        break;
    case RULES_PROFILE:
        add_profile(o, entry);
        break;
    case RULES_LIMIT:
        json_object_set_new(o, "sets", json_string(limit_kind_name(limit->sets)));
        if ((limit_holds(limit->sets) & LIMIT_COUNT) != 0)
            json_object_set_new(o, "count", json_integer(limit->count));
        if ((limit_holds(limit->sets) & LIMIT_TIME) != 0)
            json_object_set_new(o, "time_s", json_integer(limit->time_s));
        break;
    case RULES_BLOCK:
        add_block(o, entry);
        break;
    case RULES_CLOCK:
        json_object_set_new(o, "amount", json_integer(clock->amount));
        json_object_set_new(o, "unit", json_string(clock_unit_name(clock->unit)));
        json_object_set_new(o, "starts", both(clock->starts_zh, clock->starts_en));
        break;
    case RULES_FINE:
        add_fine(o, entry);
        break;
    case RULES_CATEGORY:
        add_category(o, entry);
        break;
    case RULES_PURPOSE:
        add_purpose(o, entry);
        break;
    case RULES_WORDING:
        json_object_set_new(
            o, "asks", json_string(wording_kind_name(((const struct rule_wording *)entry)->asks)));
        break;
    case RULES_EXAM:
        add_exam(o, entry);
        break;
    case RULES_EDITION:
        add_edition(o, entry);
        break;
    case RULES_PHRASE:
        add_phrase(o, entry);
        break;
    case RULES_GROUND:
        json_object_set_new(o, "of", json_string(ground_of_name(ground->of)));
        json_object_set_new(o, "code", json_string(ground->code));
        break;
    case RULES_CALENDAR:
        add_calendar(o, entry);
        break;
    case RULES_ROUTE:
        add_route(o, entry);
        break;
    case RULES_PAPER:
        add_paper(o, entry);
        break;
    case RULES_LETTERHEAD:
        json_object_set_new(o, "organisation", json_string(letterhead->organisation));
        json_object_set_new(o, "prefix", json_string(letterhead->prefix));
        break;
    }
    return o;
}
