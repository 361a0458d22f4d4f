/* rules list, rules show, rules check: the law as data. */
#include "cli/cli.h"
#include "rules/document.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- as JSON ---- */

static json_t *both(const char *zh, const char *en)
{
    return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

static json_t *day(const char *text)
{
    return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *json_head(const struct rules *r, enum rules_kind kind, const struct rule *head)
{
    char first[RULES_DAY], last[RULES_DAY];
    const char evidence[2] = {head->evidence};
    rules_first_day(r, head->from, first);
    rules_last_day(r, head->until, last);
    json_t *o =
        json_pack("{s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:o, s:o, s:o}", "id", head->id, "kind",
                  rules_kind_name(kind), "title", both(head->title_zh, head->title_en), "basis",
                  head->citation, "citation", both(head->citation, head->citation_en), "label",
                  rule_label_name(head->label), "evidence", evidence, "from", day(first), "until",
                  day(last), "text", both(head->text_zh, head->text_en));
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

static json_t *json_entry(const struct rules *r, enum rules_kind kind, const void *entry)
{
    const struct rule_limit *limit = entry;
    const struct rule_clock *clock = entry;
    json_t *o = json_head(r, kind, entry);

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
    }
    return o;
}

/* ---- for people ---- */

/* Words of their own: "block" and "clock" mean other things in other commands. */
static const char *kind_text(const struct cli *cli, enum rules_kind kind)
{
    static const char *const names[RULES_KINDS] = {
        [RULES_RULE] = "rule",       [RULES_SECTOR] = "sector",      [RULES_PROFILE] = "profile",
        [RULES_LIMIT] = "limit",     [RULES_BLOCK] = "number block", [RULES_CLOCK] = "deadline",
        [RULES_FINE] = "fine",       [RULES_CATEGORY] = "category",  [RULES_PURPOSE] = "purpose",
        [RULES_WORDING] = "wording", [RULES_EXAM] = "exam",          [RULES_EDITION] = "edition",
        [RULES_PHRASE] = "phrase",
    };
    return text_in(cli->lang, names[kind]);
}

static const char *in(const struct cli *cli, const char *zh, const char *en)
{
    return cli->lang == LANG_ZH ? zh : en;
}

/* Names and values, printed in two columns when all are known. */
struct sheet {
    const struct cli *cli;
    size_t count;
    const char *name[24];
    size_t value[24]; /* where each begins in `text` */
    struct buf text;
};

static void begin(struct sheet *s, const char *name)
{
    if (s->count < sizeof s->name / sizeof *s->name) {
        s->name[s->count] = text_in(s->cli->lang, name);
        s->value[s->count++] = s->text.n;
    }
}

/* End a value that was written to `text`; an empty one is left out. */
static void end(struct sheet *s)
{
    if (s->text.n == s->value[s->count - 1])
        s->count--;
    else
        buf_u8(&s->text, 0);
}

static void line(struct sheet *s, const char *name, const char *value)
{
    begin(s, name);
    buf_str(&s->text, str_of(value));
    end(s);
}

static void line_word(struct sheet *s, const char *name, const char *word)
{
    line(s, name, text_in(s->cli->lang, word));
}

/* Columns on a terminal: characters of three bytes and more are Chinese, twice as wide. */
static int width(const char *text)
{
    int n = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c & 0xc0) != 0x80)
            n += c >= 0xe0 ? 2 : 1;
    }
    return n;
}

static int print_sheet(struct sheet *s)
{
    int widest = 0;
    bool whole = !s->text.failed;
    for (size_t i = 0; i < s->count; i++)
        widest = width(s->name[i]) > widest ? width(s->name[i]) : widest;
    for (size_t i = 0; whole && i < s->count; i++)
        printf("  %s%*s  %s\n", s->name[i], widest - width(s->name[i]), "",
               (const char *)s->text.p + s->value[i]);
    buf_fini(&s->text);
    return whole ? CLI_OK : CLI_FAILED;
}

static void show_rule(struct sheet *s, const struct rule *rule)
{
    begin(s, "rule");
    if (rule->number > 0)
        buf_printf(&s->text, "%d", rule->number);
    end(s);
    begin(s, "check of contracts");
    if (rule->clause > 0)
        buf_printf(&s->text, "%d", rule->clause);
    end(s);
    line(s, "part", rule_part_name(rule->part));
    line_word(s, "enforced", rule_state_name(rule->state));
    line_word(s, "releasable", rule->releasable ? "yes" : "no");
    begin(s, "checks");
    for (int c = 0; c < CHECKS; c++)
        if ((rule->checks >> c & 1) != 0)
            buf_printf(&s->text, "%s%s", s->text.n > s->value[s->count - 1] ? " " : "",
                       check_word((enum check)c));
    end(s);
}

static void show_profile(struct sheet *s, const struct call_profile *p)
{
    line(s, "name", p->name);
    begin(s, "hours");
    rules_put_hours(&s->text, &p->hours);
    end(s);
    begin(s, "caps");
    for (unsigned i = 0; i < p->cap_count; i++) {
        buf_printf(&s->text, i > 0 ? ", " : "");
        rules_put_cap(&s->text, &p->caps[i]);
    }
    end(s);
    begin(s, "ceiling");
    rules_put_cap(&s->text, &p->ceiling);
    end(s);
}

static void show_sector(struct sheet *s, const struct sector *sector)
{
    line(s, "code", sector->code);
    line(s, "department", in(s->cli, sector->department_zh, sector->department_en));
    line(s, "profile", sector->profile->name);
    line_word(s, "needs a filing", sector->filing ? "yes" : "no");
    line_word(s, "needs a certificate", sector->certificate ? "yes" : "no");
}

static void show_limit(struct sheet *s, const struct rule_limit *limit)
{
    begin(s, "limit");
    rules_put_limit(&s->text, limit);
    end(s);
}

static void show_block(struct sheet *s, const struct rule_block *block)
{
    begin(s, "numbers");
    for (size_t i = 0; i < block->prefix_count; i++)
        buf_printf(&s->text, "%s%s%s", i > 0 ? " " : "", block->prefixes[i],
                   block->exact ? "" : "…");
    end(s);
    line(s, "calling out", outbound_name(block->outbound));
}

static void show_clock(struct sheet *s, const struct rule_clock *clock)
{
    begin(s, "limit");
    buf_printf(&s->text, "%d %s", clock->amount,
               text_in(s->cli->lang, clock_unit_name(clock->unit)));
    end(s);
    line(s, "starts with", in(s->cli, clock->starts_zh, clock->starts_en));
}

static void show_fine(struct sheet *s, const struct rule_fine *fine)
{
    line(s, "violation", fine->violation);
    line(s, "agency", fine->party);
    begin(s, "yuan, by cases");
    for (size_t i = 0; i < fine->band_count; i++) {
        buf_printf(&s->text, i > 0 ? "; " : "");
        rules_put_band(&s->text, &fine->bands[i]);
    }
    end(s);
    begin(s, "at most");
    buf_printf(&s->text, "%" PRId64, fine->cap_fen / 100);
    end(s);
}

static void show_category(struct sheet *s, const struct category_rule *c)
{
    line(s, "category", category_word(c->category));
    line_word(s, "sealed", c->sealed ? "yes" : "no");
    line_word(s, "masked", masking_name(c->masking));
    begin(s, "fields");
    for (size_t i = 0; i < c->field_count; i++)
        buf_printf(&s->text, "%s%s", i > 0 ? ", " : "", c->fields[i]);
    end(s);
}

static void show_purpose(struct sheet *s, const struct purpose_rule *p)
{
    line(s, "code", p->code);
    begin(s, "categories");
    rules_put_categories(&s->text, p->what);
    end(s);
    begin(s, "on the basis of");
    rules_put_bases(&s->text, p->bases);
    end(s);
    line_word(s, "when suspended", p->when_suspended ? "yes" : "no");
}

static void show_exam(struct sheet *s, const struct exam_rule *e)
{
    line(s, "course", e->course);
    begin(s, "paper");
    rules_put_paper(&s->text, e);
    end(s);
    begin(s, "time");
    rules_put_time(&s->text, e->minutes * INT64_C(60));
    end(s);
    begin(s, "passed with");
    buf_printf(&s->text, "%u / 100", e->pass);
    end(s);
    begin(s, "attempts");
    buf_printf(&s->text, "%u / ", e->attempts);
    rules_put_time(&s->text, e->within_s);
    end(s);
    begin(s, "questions");
    buf_printf(&s->text, "%zu", e->question_count);
    end(s);
}

static void line_number(struct sheet *s, const char *name, int64_t n)
{
    begin(s, name);
    buf_printf(&s->text, "%" PRId64, n);
    end(s);
}

static void show_edition(struct sheet *s, const struct rule_edition *e)
{
    line(s, "code", e->code);
    line_word(s, "wording", e->reconstructed ? "reconstructed" : "original");
    begin(s, "cooling-off, days");
    rules_put_cooling(&s->text, e);
    end(s);
    line_number(s, "refund, days", e->refund_days);
    line_number(s, "penalty, percent", e->penalty_percent);
    begin(s, "SHA-256");
    rules_put_hash(&s->text, e);
    end(s);
    for (size_t i = 0; i < e->clause_count; i++) {
        begin(s, i == 0 ? "clauses" : " ");
        buf_printf(&s->text, "%" PRId64 " %s", e->clauses[i].check,
                   in(s->cli, e->clauses[i].zh, e->clauses[i].en));
        end(s);
    }
}

static void show_phrase(struct sheet *s, const struct rule_phrase *p)
{
    line(s, "words for", phrase_kind_name(p->kind));
    begin(s, "words");
    for (size_t i = 0; i < p->zh_count; i++)
        buf_printf(&s->text, "%s%s", i > 0 ? " " : "", p->zh[i]);
    end(s);
}

static void show_own(struct sheet *s, enum rules_kind kind, const void *entry)
{
    switch (kind) {
    case RULES_RULE:
        show_rule(s, entry);
        break;
    case RULES_SECTOR:
        show_sector(s, entry);
        break;
    case RULES_PROFILE:
        show_profile(s, entry);
        break;
    case RULES_LIMIT:
        show_limit(s, entry);
        break;
    case RULES_BLOCK:
        show_block(s, entry);
        break;
    case RULES_CLOCK:
        show_clock(s, entry);
        break;
    case RULES_FINE:
        show_fine(s, entry);
        break;
    case RULES_CATEGORY:
        show_category(s, entry);
        break;
    case RULES_PURPOSE:
        show_purpose(s, entry);
        break;
    case RULES_WORDING:
        line_word(s, "asks", wording_kind_name(((const struct rule_wording *)entry)->asks));
        break;
    case RULES_EXAM:
        show_exam(s, entry);
        break;
    case RULES_EDITION:
        show_edition(s, entry);
        break;
    case RULES_PHRASE:
        show_phrase(s, entry);
        break;
    }
}

static int show_entry(const struct cli *cli, const struct rules *r, enum rules_kind kind,
                      const void *entry)
{
    const struct rule *head = entry;
    char first[RULES_DAY], last[RULES_DAY];
    const char evidence[2] = {head->evidence};
    struct sheet s = {.cli = cli};

    buf_init(&s.text, 65536);
    rules_first_day(r, head->from, first);
    rules_last_day(r, head->until, last);
    printf("%s  %s\n\n%s\n\n", head->id, in(cli, head->title_zh, head->title_en),
           in(cli, head->text_zh, head->text_en));
    line(&s, "kind", kind_text(cli, kind));
    line(&s, "basis", in(cli, head->citation, head->citation_en));
    if (head->origin != NULL)
        line(&s, "goes back to", in(cli, head->origin, head->origin_en));
    line_word(&s, "label", rule_label_name(head->label));
    line(&s, "evidence", evidence);
    line(&s, "first day", first);
    line(&s, "last day", last);
    show_own(&s, kind, entry);
    return print_sheet(&s);
}

/* ---- the commands ---- */

static int print_document(const struct rules *r)
{
    struct buf out;
    buf_init(&out, 1 << 22);
    rules_document(r, &out);
    bool ok = !out.failed && fwrite(out.p, 1, out.n, stdout) == out.n;
    buf_fini(&out);
    return ok ? CLI_OK : CLI_FAILED;
}

/* All kinds, or the one asked for. */
static bool wanted(enum rules_kind kind, const char *only)
{
    return only == NULL || strcmp(only, rules_kind_name(kind)) == 0;
}

static void list_json(const struct rules *r, const char *only)
{
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0;
             wanted((enum rules_kind)k, only) && i < rules_entries(r, (enum rules_kind)k); i++)
            cli_json(json_entry(r, (enum rules_kind)k, rules_entry(r, (enum rules_kind)k, i)));
}

static int list_table(const struct cli *cli, const struct rules *r, const char *only)
{
    static const char *const headings[] = {"id", "kind", "label", "evidence", "title"};
    struct cli_table *table = cli_table_new(cli, headings, 5);
    for (int k = 0; k < RULES_KINDS; k++)
        for (size_t i = 0;
             wanted((enum rules_kind)k, only) && i < rules_entries(r, (enum rules_kind)k); i++) {
            const struct rule *head = rules_entry(r, (enum rules_kind)k, i);
            const char evidence[2] = {head->evidence};
            const char *const cells[] = {head->id, kind_text(cli, (enum rules_kind)k),
                                         text_in(cli->lang, rule_label_name(head->label)), evidence,
                                         in(cli, head->title_zh, head->title_en)};
            cli_table_row(table, cells);
        }
    return cli_table_end(table);
}

static bool is_kind(const char *name)
{
    for (int k = 0; k < RULES_KINDS; k++)
        if (strcmp(name, rules_kind_name((enum rules_kind)k)) == 0)
            return true;
    return false;
}

static int list(struct cli *cli)
{
    struct config *config;
    struct rules *r;
    const char *only = cli_option(cli, "kind");

    if (only != NULL && !is_kind(only))
        return cli_usage(
            cli,
            "--kind \"%s\" is none of: rule sector profile limit block clock fine category "
            "purpose wording exam edition phrase",
            only);
    int code = cli_load(cli, &config, &r);
    if (code != CLI_OK)
        return code;
    if (cli_option(cli, "markdown") != NULL)
        code = print_document(r);
    else if (cli->json)
        list_json(r, only);
    else
        code = list_table(cli, r, only);
    rules_free(r);
    config_free(config);
    return code;
}

static int show(struct cli *cli)
{
    struct config *config;
    struct rules *r;
    enum rules_kind kind = RULES_RULE;

    int code = cli_load(cli, &config, &r);
    if (code != CLI_OK)
        return code;
    const void *entry = rules_find_entry(r, str_of(cli->argument[0]), &kind);
    if (entry == NULL) {
        cli_note(cli, "menshen: there is no rule \"%s\"; \"menshen rules list\" prints all",
                 cli->argument[0]);
        code = CLI_NOT_FOUND;
    } else if (cli->json) {
        cli_json(json_entry(r, kind, entry));
    } else {
        code = show_entry(cli, r, kind, entry);
    }
    rules_free(r);
    config_free(config);
    return code;
}

static int check(struct cli *cli)
{
    struct rules *r;
    struct problem problem = {.code = OK};

    enum err e = rules_load(cli->argument, cli->argument_count, &r, &problem);
    if (e != OK) {
        int code = cli_fail(cli, &problem);
        if (cli->json)
            cli_json(json_pack("{s:b, s:s}", "ok", 0, "problem", problem.text));
        return e == ERR_MEMORY ? code : CLI_CONFIG;
    }
    if (cli->json)
        cli_json(json_pack("{s:b, s:I, s:I, s:I}", "ok", 1, "rules", (json_int_t)rules_count(r),
                           "sectors", (json_int_t)rules_sectors(r), "number_blocks",
                           (json_int_t)rules_plan(r)->block_count));
    else
        printf(text_in(cli->lang, "good: %zu rules, %zu sectors, %zu number blocks\n"),
               rules_count(r), rules_sectors(r), rules_plan(r)->block_count);
    rules_free(r);
    return CLI_OK;
}

const struct cli_command cmd_rules[] = {
    {.name = "rules list",
     .summary = "list the law as data",
     .details = "Rules, sectors, profiles of hours and caps, limits, blocks of service numbers, "
                "clocks and fines "
                "of the rule packs in force, with their label (law, platform or design) and "
                "evidence letter.",
     .example = "  menshen rules list --kind clock\n  menshen rules list --json | jq -r .id",
     .options = {{.name = "kind",
                  .value = "KIND",
                  .help = "rule, sector, profile, limit, block, clock, fine, category, purpose, "
                          "wording, exam, edition or phrase"},
                 {.name = "markdown", .help = "print the page docs/rules.md"}},
     .common = CLI_CONF | CLI_JSON,
     .run = list},
    {.name = "rules show",
     .arguments = "RULE-ID",
     .summary = "show one rule with its source",
     .example = "  menshen rules show cn.call.hours",
     .common = CLI_CONF | CLI_JSON,
     .min_arguments = 1,
     .max_arguments = 1,
     .run = show},
    {.name = "rules check",
     .arguments = "FILE…",
     .summary = "check a rule pack",
     .details = "Says file, line and column of the first mistake and exits with 3. A pack that "
                "only adds to "
                "another is checked behind it: name both, in order.",
     .example = "  menshen rules check my.yaml\n  menshen rules check "
                "/usr/share/menshen/rules/cn.yaml my.yaml",
     .common = CLI_JSON,
     .min_arguments = 1,
     .max_arguments = CLI_ARGUMENTS,
     .run = check},
    {0},
};
