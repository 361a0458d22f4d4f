#include "cli/rule.h"
#include "rules/document.h"

#include <inttypes.h>
#include <stdio.h>

/* Words of their own: "block" and "clock" mean other things in other commands. */
const char *rule_kind_text(const struct cli *cli, enum rules_kind kind)
{
    static const char *const names[RULES_KINDS] = {
        [RULES_RULE] = "rule",
        [RULES_SECTOR] = "sector",
        [RULES_PROFILE] = "profile",
        [RULES_LIMIT] = "limit",
        [RULES_BLOCK] = "number block",
        [RULES_CLOCK] = "deadline",
        [RULES_FINE] = "fine",
        [RULES_CATEGORY] = "category",
        [RULES_PURPOSE] = "purpose",
        [RULES_WORDING] = "wording",
        [RULES_EXAM] = "exam",
        [RULES_EDITION] = "edition",
        [RULES_PHRASE] = "phrase",
        [RULES_GROUND] = "ground",
        [RULES_CALENDAR] = "calendar",
        [RULES_ROUTE] = "route",
        [RULES_PAPER] = "official paper",
        [RULES_LETTERHEAD] = "letterhead",
    };
    return text_in(cli->lang, names[kind]);
}

const char *rule_in(const struct cli *cli, const char *zh, const char *en)
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
    line(s, "department", rule_in(s->cli, sector->department_zh, sector->department_en));
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
    line(s, "starts with", rule_in(s->cli, clock->starts_zh, clock->starts_en));
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
                   rule_in(s->cli, e->clauses[i].zh, e->clauses[i].en));
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

static void show_ground(struct sheet *s, const struct rule_ground *g)
{
    line(s, "of", ground_of_name(g->of));
    line(s, "code", g->code);
}

static void show_days(struct sheet *s, const char *name, const struct rule_days *days)
{
    begin(s, name);
    for (unsigned i = 0; i < days->count; i++) {
        const struct date d = date_of_day(days->day[i]);
        buf_printf(&s->text, "%s%02d-%02d", i > 0 ? " " : "", d.month, d.day);
    }
    end(s);
}

static void show_calendar(struct sheet *s, const struct rule_calendar *c)
{
    line_number(s, "year", c->year);
    line_word(s, "state", c->provisional ? "provisional" : "final");
    show_days(s, "days off", &c->off);
    show_days(s, "weekend days at work", &c->work);
}

static void show_paper(struct sheet *s, const struct rule_paper *p)
{
    const bool zh = s->cli->lang == LANG_ZH;
    const struct form_texts *body = zh ? &p->body_zh : &p->body_en;
    line(s, "code", form_word(p->paper));
    line(s, "mark", p->mark);
    for (size_t i = 0; i < body->count; i++)
        line(s, i == 0 ? "wording" : " ", body->at[i]);
}

static void show_letterhead(struct sheet *s, const struct rule_letterhead *l)
{
    line(s, "organisation", l->organisation);
    line(s, "mark", l->prefix);
}

static void show_route(struct sheet *s, const struct rule_route *route)
{
    line(s, "matter", matter_name(route->matter));
    if (route->sector != NULL)
        line(s, "sector", route->sector);
    line(s, "department", rule_in(s->cli, route->department_zh, route->department_en));
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
    case RULES_GROUND:
        show_ground(s, entry);
        break;
    case RULES_CALENDAR:
        show_calendar(s, entry);
        break;
    case RULES_ROUTE:
        show_route(s, entry);
        break;
    case RULES_PAPER:
        show_paper(s, entry);
        break;
    case RULES_LETTERHEAD:
        show_letterhead(s, entry);
        break;
    }
}

int rule_print(const struct cli *cli, const struct rules *r, enum rules_kind kind,
               const void *entry)
{
    const struct rule *head = entry;
    char first[RULES_DAY], last[RULES_DAY];
    const char evidence[2] = {head->evidence};
    struct sheet s = {.cli = cli};

    buf_init(&s.text, 65536);
    rules_first_day(r, head->from, first);
    rules_last_day(r, head->until, last);
    printf("%s  %s\n\n%s\n\n", head->id, rule_in(cli, head->title_zh, head->title_en),
           rule_in(cli, head->text_zh, head->text_en));
    line(&s, "kind", rule_kind_text(cli, kind));
    line(&s, "basis", rule_in(cli, head->citation, head->citation_en));
    if (head->origin != NULL)
        line(&s, "goes back to", rule_in(cli, head->origin, head->origin_en));
    line_word(&s, "label", rule_label_name(head->label));
    line(&s, "evidence", evidence);
    line(&s, "first day", first);
    line(&s, "last day", last);
    show_own(&s, kind, entry);
    return print_sheet(&s);
}
