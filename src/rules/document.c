#include "rules/document.h"

#include <inttypes.h>
#include <stdio.h>

void rules_first_day(const struct rules *r, when from, char text[static RULES_DAY])
{
    char whole[WHEN_TEXT];
    text[0] = '\0';
    if (from == 0 || from == WHEN_NEVER)
        return;
    when_format(from, rules_offset_minutes(r), whole);
    memcpy(text, whole, RULES_DAY - 1);
    text[RULES_DAY - 1] = '\0';
}

void rules_last_day(const struct rules *r, when until, char text[static RULES_DAY])
{
    rules_first_day(r, until == WHEN_NEVER ? WHEN_NEVER : until - WHEN_SECOND, text);
}

void rules_put_hours(struct buf *out, const struct hours *hours)
{
    for (unsigned i = 0; i < hours->count; i++) {
        int from = hours->window[i].from_s / 60, until = hours->window[i].until_s / 60;
        buf_printf(out, "%s%02d:%02d–%02d:%02d", i > 0 ? ", " : "", from / 60, from % 60,
                   until / 60, until % 60);
    }
}

void rules_put_time(struct buf *out, int64_t s)
{
    if (s % 86400 == 0 && s > 86400)
        buf_printf(out, "%" PRId64 " d", s / 86400);
    else if (s % 3600 == 0)
        buf_printf(out, "%" PRId64 " h", s / 3600);
    else if (s % 60 == 0)
        buf_printf(out, "%" PRId64 " min", s / 60);
    else
        buf_printf(out, "%" PRId64 " s", s);
}

void rules_put_limit(struct buf *out, const struct rule_limit *limit)
{
    const unsigned holds = limit_holds(limit->sets);
    if ((holds & LIMIT_COUNT) != 0)
        buf_printf(out, "%" PRId64, limit->count);
    if (holds == (LIMIT_COUNT | LIMIT_TIME))
        buf_printf(out, " in ");
    if ((holds & LIMIT_TIME) != 0)
        rules_put_time(out, limit->time_s);
}

void rules_put_cap(struct buf *out, const struct cap *cap)
{
    buf_printf(out, "%u in ", cap->limit);
    rules_put_time(out, cap->window_s);
    buf_printf(out, cap->all ? " (all principals)" : " (one principal)");
}

void rules_put_band(struct buf *out, const struct fine_band *b)
{
    if (b->until == b->from)
        buf_printf(out, "%" PRId64 ": ", b->from);
    else if (b->until != 0)
        buf_printf(out, "%" PRId64 "–%" PRId64 ": ", b->from, b->until);
    else
        buf_printf(out, "%" PRId64 "+: ", b->from);
    if (b->min_fen != b->max_fen)
        buf_printf(out, "%" PRId64 "–", b->min_fen / 100);
    buf_printf(out, b->each ? "%" PRId64 " × n" : "%" PRId64, b->max_fen / 100);
}

/* A cell of a table: a bar would end it. */
static void cell(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            buf_str(out, STR("\\"));
        buf_u8(out, *text == '\n' ? ' ' : (uint8_t)*text);
    }
}

static void introduce(struct buf *out)
{
    buf_printf(
        out,
        "# Rules\n\n"
        "What menshen enforces, and where each demand comes from. This page is written by\n"
        "`menshen rules list --markdown` out of the rule pack (`rules/cn.yaml`); change the pack,\n"
        "then write it again. `menshen rules show ID` prints one entry, `menshen rules check "
        "FILE`\n"
        "tests a pack of your own.\n\n"
        "## How to read it\n\n"
        "Every entry has a **label**, which says what kind of demand it is:\n\n"
        "| label | meaning |\n|---|---|\n"
        "| law | a rule of the state that binds |\n"
        "| platform | a rule of a carrier, a platform or an association; binds by contract |\n"
        "| design | our choice, taken from the sources cited; nobody must do so |\n\n"
        "and an **evidence letter**, which says how well its source is known:\n\n"
        "| letter | the source was |\n|---|---|\n"
        "| V | read in the rule itself or on an official site |\n"
        "| N | news, a law firm's note or another secondary source |\n"
        "| P | a platform's or carrier's published rule |\n"
        "| S | found, but cannot be traced: never more than a design |\n"
        "| U | not verified, or there is none: it is our own choice |\n\n"
        "A pack that labels evidence S, U or P as law is refused. An entry whose parts have\n"
        "different labels carries the weakest of them. This is engineering, not legal advice: "
        "whoever\n"
        "runs the gate has the pack checked for the day and place where it is used.\n\n"
        "## A pack of your own\n\n"
        "Packs are read in the order that `rules:` of the configuration names them. An entry of a\n"
        "later pack replaces the whole entry of the same id; a block of its number plan replaces\n"
        "that of the same prefix and length; everything else is added. This pack narrows the "
        "hours\n"
        "of matchmaking calls:\n\n"
        "```yaml\n"
        "profiles:\n"
        "  - id: cn.profile.matchmaking\n"
        "    name: matchmaking\n"
        "    hours: [\"10:00-12:00\"]\n"
        "    caps: [{limit: 1, window: 7d}]\n"
        "    ceiling: {limit: 5, window: 24h}\n"
        "    citation: {zh: 本公司规定, en: our house rule}\n"
        "    label: design\n"
        "    evidence: U\n"
        "    title: {zh: 上午来电, en: Calls in the morning}\n"
        "    text: {zh: 仅上午来电，每周一次。, en: \"Mornings only, once a week.\"}\n"
        "```\n\n"
        "Check it behind the pack that it adds to: `menshen rules check rules/cn.yaml "
        "mine.yaml`.\n\n");
}

static const char *side_text(enum check_side side)
{
    switch (side) {
    case SIDE_NONE:
        return "none, it rings";
    case SIDE_RIGHT:
        return "right: 403";
    case SIDE_WISH:
        return "wish: 603, \"declined\"";
    case SIDE_BEHAVIOUR:
        return "behaviour: 603 or 608";
    }
    return "";
}

static void put_reason(const struct rules *r, struct buf *out, enum check c)
{
    const struct rule *rule = rules_of_check(r, c);
    buf_printf(out, "| `%s` | `%s` | `%s` | ", check_reason(c), check_word(c), rule->id);
    cell(out, rule->citation);
    buf_printf(out, " | %s | %c |", rule_label_name(rule->label), rule->evidence);
}

static void list_reasons(const struct rules *r, struct buf *out)
{
    buf_printf(
        out,
        "## Reasons of call verdicts, in the order of judgement\n\n"
        "The first refusal wins; else the most severe of remind and warn; else `allowed`. Several\n"
        "checks may give one reason; the rule tells them apart. To an organisation's own token "
        "the\n"
        "person's wishes read `do-not-call`. The side decides the SIP answer.\n\n"
        "| reason | check | rule | citation | label | evidence | side |\n"
        "|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < CHECKS_CALL; i++) {
        put_reason(r, out, (enum check)i);
        buf_printf(out, " %s |\n", side_text(check_side((enum check)i)));
    }
    buf_printf(out, "\n## Reasons of look verdicts, in the order of judgement\n\n"
                    "Those of the whole look first, then those of each category. Staff read "
                    "`no-consent`,\n`consent-withdrawn` and `consent-expired` as one word, "
                    "`not-shared`.\n\n"
                    "| reason | check | rule | citation | label | evidence |\n"
                    "|---|---|---|---|---|---|\n");
    for (int i = CHECKS_CALL; i < CHECKS; i++) {
        put_reason(r, out, (enum check)i);
        buf_printf(out, "\n");
    }
    buf_printf(out, "\n");
}

static const char *state_text(enum rule_state state)
{
    switch (state) {
    case RULE_ENFORCED:
        return "enforced";
    case RULE_PARTLY:
        return "enforced in part";
    case RULE_LATER:
        return "not enforced yet";
    }
    return "";
}

/* " · from 2022-12-01" */
static void put_days(const struct rules *r, struct buf *out, const struct rule *head)
{
    char first[RULES_DAY], last[RULES_DAY];
    rules_first_day(r, head->from, first);
    rules_last_day(r, head->until, last);
    if (first[0] != '\0')
        buf_printf(out, " · from %s", first);
    if (last[0] != '\0')
        buf_printf(out, " · until %s", last);
}

static void put_texts(struct buf *out, const struct rule *head)
{
    buf_printf(out, "%s\n\n%s\n\nSource: %s (%s)", head->text_en, head->text_zh, head->citation_en,
               head->citation);
    if (head->origin != NULL)
        buf_printf(out, ". Goes back to: %s (%s)", head->origin_en, head->origin);
    buf_printf(out, "\n\n");
}

static void put_rule(const struct rules *r, struct buf *out, const struct rule *rule)
{
    buf_printf(out, "### `%s`\n\n**%s** · %s\n\n", rule->id, rule->title_en, rule->title_zh);
    if (rule->number > 0)
        buf_printf(out, "rule %d · ", rule->number);
    buf_printf(out, "%s · %s · label %s · evidence %c", rule_part_name(rule->part),
               state_text(rule->state), rule_label_name(rule->label), rule->evidence);
    put_days(r, out, rule);
    if (rule->releasable)
        buf_printf(out, " · releasable");
    if (rule->checks != 0)
        buf_printf(out, " · checks");
    for (int c = 0; c < CHECKS; c++)
        if ((rule->checks >> c & 1) != 0)
            buf_printf(out, " `%s`", check_word((enum check)c));
    buf_printf(out, "\n\n");
    put_texts(out, rule);
}

static void list_rules(const struct rules *r, struct buf *out)
{
    buf_printf(
        out, "## The rules\n\n"
             "\"rule n\" is its place among the thirty that the design names. The first word is "
             "the part of\n"
             "the house that enforces it; what is not enforced yet is here as data for the parts "
             "to come.\n"
             "A releasable refusal can be lifted for one number by `menshen number release`.\n\n");
    for (size_t i = 0; i < rules_count(r); i++)
        put_rule(r, out, rules_at(r, i));
}

static void list_profiles(const struct rules *r, struct buf *out)
{
    buf_printf(out, "## Hours and caps\n\n"
                    "Hours are local to the person called and half-open: the first second counts, "
                    "the last does\n"
                    "not. Caps are rolling windows over attempts, connected or not. The ceiling "
                    "also binds callers\n"
                    "on a person's allow list.\n\n");
    for (size_t i = 0; i < rules_entries(r, RULES_PROFILE); i++) {
        const struct call_profile *p = rules_entry(r, RULES_PROFILE, i);
        buf_printf(out, "### `%s`\n\n**%s** · %s\n\nprofile `%s` · label %s · evidence %c",
                   p->about.id, p->about.title_en, p->about.title_zh, p->name,
                   rule_label_name(p->about.label), p->about.evidence);
        put_days(r, out, &p->about);
        buf_printf(out, "\n\n- hours: ");
        rules_put_hours(out, &p->hours);
        for (unsigned k = 0; k < p->cap_count; k++) {
            buf_printf(out, "\n- at most ");
            rules_put_cap(out, &p->caps[k]);
        }
        buf_printf(out, "\n- ceiling ");
        rules_put_cap(out, &p->ceiling);
        buf_printf(out, "\n\n");
        put_texts(out, &p->about);
    }
}

/* The closing cells that every table of entries has. */
static void put_source_cells(const struct rules *r, struct buf *out, const struct rule *head)
{
    buf_printf(out, " | ");
    cell(out, head->text_en);
    buf_printf(out, " | ");
    cell(out, head->citation);
    buf_printf(out, " | %s %c", rule_label_name(head->label), head->evidence);
    put_days(r, out, head);
    buf_printf(out, " |\n");
}

static void begin_table(struct buf *out, const char *title, const char *columns, int count)
{
    buf_printf(out, "## %s\n\n| id | %s | meaning | citation | source |\n", title, columns);
    for (int i = 0; i < count + 4; i++)
        buf_printf(out, "|---");
    buf_printf(out, "|\n");
}

static void begin_row(struct buf *out, const struct rule *head)
{
    buf_printf(out, "| `%s` | ", head->id);
    cell(out, head->title_en);
    buf_printf(out, " ");
    cell(out, head->title_zh);
    buf_printf(out, " | ");
}

static void list_limits(const struct rules *r, struct buf *out)
{
    begin_table(out, "Limits", "what | value", 2);
    for (size_t i = 0; i < rules_entries(r, RULES_LIMIT); i++) {
        const struct rule_limit *limit = rules_entry(r, RULES_LIMIT, i);
        begin_row(out, &limit->about);
        rules_put_limit(out, limit);
        put_source_cells(r, out, &limit->about);
    }
    buf_printf(out, "\n");
}

static void list_sectors(const struct rules *r, struct buf *out)
{
    begin_table(out, "Sectors", "name | code | department | profile, needs", 4);
    for (size_t i = 0; i < rules_sectors(r); i++) {
        const struct sector *s = rules_sector_at(r, (int)i);
        begin_row(out, &s->about);
        buf_printf(out, "`%s` | ", s->code);
        cell(out, s->department_en);
        buf_printf(out, " ");
        cell(out, s->department_zh);
        buf_printf(out, " | %s%s%s", s->profile->name, s->filing ? ", a filing" : "",
                   s->certificate ? ", a certificate" : "");
        put_source_cells(r, out, &s->about);
    }
    buf_printf(out, "\n");
}

static void list_blocks(const struct rules *r, struct buf *out)
{
    begin_table(out, "Blocks of service numbers", "name | numbers | calling out", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_BLOCK); i++) {
        const struct rule_block *b = rules_entry(r, RULES_BLOCK, i);
        begin_row(out, &b->about);
        for (size_t k = 0; k < b->prefix_count; k++)
            buf_printf(out, "%s%s%s", k > 0 ? " " : "", b->prefixes[k], b->exact ? "" : "…");
        buf_printf(out, " | %s", outbound_name(b->outbound));
        put_source_cells(r, out, &b->about);
    }
    buf_printf(out, "\n");
}

static void list_clocks(const struct rules *r, struct buf *out)
{
    begin_table(out, "Clocks", "what | limit | from", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_CLOCK); i++) {
        const struct rule_clock *c = rules_entry(r, RULES_CLOCK, i);
        begin_row(out, &c->about);
        buf_printf(out, "%d %s | ", c->amount, clock_unit_name(c->unit));
        cell(out, c->starts_en);
        put_source_cells(r, out, &c->about);
    }
    buf_printf(out, "\n");
}

static void list_fines(const struct rules *r, struct buf *out)
{
    begin_table(out, "Fines, in yuan by the number of cases",
                "what | violation | agency | scale | cap of a decision", 5);
    for (size_t i = 0; i < rules_entries(r, RULES_FINE); i++) {
        const struct rule_fine *f = rules_entry(r, RULES_FINE, i);
        begin_row(out, &f->about);
        buf_printf(out, "`%s` | %s | ", f->violation, f->party);
        for (size_t k = 0; k < f->band_count; k++) {
            buf_printf(out, k > 0 ? "; " : "");
            rules_put_band(out, &f->bands[k]);
        }
        buf_printf(out, " | %" PRId64, f->cap_fen / 100);
        put_source_cells(r, out, &f->about);
    }
}

static void list_categories(const struct rules *r, struct buf *out)
{
    begin_table(out, "Categories of personal data", "what | category | shown | fields", 4);
    for (size_t i = 0; i < rules_entries(r, RULES_CATEGORY); i++) {
        const struct category_rule *c = rules_entry(r, RULES_CATEGORY, i);
        begin_row(out, &c->about);
        buf_printf(out, "`%s` | %s | ", category_word(c->category),
                   c->sealed                     ? "sealed"
                   : c->masking == MASK_NEVER    ? "whole"
                   : c->masking == MASK_IN_LISTS ? "masked in lists"
                                                 : "masked");
        for (size_t k = 0; k < c->field_count; k++)
            buf_printf(out, "%s`%s`", k > 0 ? " " : "", c->fields[k]);
        put_source_cells(r, out, &c->about);
    }
    buf_printf(out, "\n");
}

void rules_put_paper(struct buf *out, const struct exam_rule *e)
{
    for (size_t i = 0; i < e->topic_count; i++)
        buf_printf(out, "%s%u %s", i > 0 ? ", " : "", e->topics[i].questions, e->topics[i].word);
}

void rules_put_categories(struct buf *out, categories set)
{
    bool first = true;
    for (int c = 0; c < CATEGORIES; c++)
        if ((set >> c & 1) != 0) {
            buf_printf(out, "%s%s", first ? "" : ", ", category_word((enum category)c));
            first = false;
        }
}

void rules_put_bases(struct buf *out, unsigned bases)
{
    bool first = true;
    for (int b = 0; b < BASES; b++)
        if ((bases >> b & 1) != 0) {
            buf_printf(out, "%s%s", first ? "" : ", ", basis_word((enum basis)b));
            first = false;
        }
}

static void list_purposes(const struct rules *r, struct buf *out)
{
    begin_table(out, "Purposes of looks", "what | purpose | categories | on the basis of", 4);
    for (size_t i = 0; i < rules_entries(r, RULES_PURPOSE); i++) {
        const struct purpose_rule *p = rules_entry(r, RULES_PURPOSE, i);
        begin_row(out, &p->about);
        buf_printf(out, "`%s` | ", p->code);
        rules_put_categories(out, p->what);
        buf_printf(out, " | ");
        rules_put_bases(out, p->bases);
        put_source_cells(r, out, &p->about);
    }
    buf_printf(out, "\n");
}

static void list_wordings(const struct rules *r, struct buf *out)
{
    begin_table(out, "What a person is asked to agree to", "what | asks | in words", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_WORDING); i++) {
        const struct rule_wording *w = rules_entry(r, RULES_WORDING, i);
        begin_row(out, &w->about);
        buf_printf(out, "`%s` | %s<br>%s", wording_kind_name(w->asks), w->about.text_zh,
                   w->about.text_en);
        put_source_cells(r, out, &w->about);
    }
    buf_printf(out, "\n");
}

static void list_exams(const struct rules *r, struct buf *out)
{
    begin_table(out, "Exams", "what | course | a paper | time | passed with | papers", 6);
    for (size_t i = 0; i < rules_entries(r, RULES_EXAM); i++) {
        const struct exam_rule *e = rules_entry(r, RULES_EXAM, i);
        begin_row(out, &e->about);
        buf_printf(out, "`%s` | ", e->course);
        rules_put_paper(out, e);
        buf_printf(out, " | %u min | %u of 100 | %u in ", e->minutes, e->pass, e->attempts);
        rules_put_time(out, e->within_s);
        put_source_cells(r, out, &e->about);
    }
    buf_printf(out, "\n");
}

void rules_put_cooling(struct buf *out, const struct rule_edition *e)
{
    buf_printf(out, "%" PRId64, e->cooling_least);
    if (e->cooling_most == 0)
        buf_printf(out, "+");
    else
        buf_printf(out, "–%" PRId64, e->cooling_most);
    buf_printf(out, " (%" PRId64 ")", e->cooling_usual);
}

void rules_put_hash(struct buf *out, const struct rule_edition *e)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof e->hash; i++) {
        buf_u8(out, (uint8_t)digits[e->hash[i] >> 4]);
        buf_u8(out, (uint8_t)digits[e->hash[i] & 15]);
    }
}

static void list_editions(const struct rules *r, struct buf *out)
{
    begin_table(
        out, "Editions of the model contract",
        "what | edition | clauses | cooling-off, days (usual) | refund, days | penalty, % | "
        "SHA-256",
        7);
    for (size_t i = 0; i < rules_entries(r, RULES_EDITION); i++) {
        const struct rule_edition *e = rules_entry(r, RULES_EDITION, i);
        begin_row(out, &e->about);
        buf_printf(out, "`%s` | ", e->code);
        buf_printf(out, e->reconstructed ? "reconstructed" : "original");
        for (size_t k = 0; k < e->clause_count; k++) {
            buf_printf(out, "<br>%" PRId64 " ", e->clauses[k].check);
            cell(out, e->clauses[k].zh);
            buf_printf(out, " ");
            cell(out, e->clauses[k].en);
        }
        buf_printf(out, " | ");
        rules_put_cooling(out, e);
        buf_printf(out, " | %" PRId64 " | %" PRId64 " | `", e->refund_days, e->penalty_percent);
        rules_put_hash(out, e);
        buf_printf(out, "`");
        put_source_cells(r, out, &e->about);
    }
    buf_printf(out, "\n");
}

static void list_phrases(const struct rules *r, struct buf *out)
{
    begin_table(out, "Words looked for in contracts and advertisements", "what | kind | words", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_PHRASE); i++) {
        const struct rule_phrase *p = rules_entry(r, RULES_PHRASE, i);
        begin_row(out, &p->about);
        buf_printf(out, "`%s` |", phrase_kind_name(p->kind));
        for (size_t k = 0; k < p->zh_count; k++)
            buf_printf(out, " %s", p->zh[k]);
        put_source_cells(r, out, &p->about);
    }
    buf_printf(out, "\n");
}

static void list_grounds(const struct rules *r, struct buf *out)
{
    begin_table(out, "Grounds of the desk", "ground | of | code", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_GROUND); i++) {
        const struct rule_ground *g = rules_entry(r, RULES_GROUND, i);
        begin_row(out, &g->about);
        buf_printf(out, "%s | `%s`", ground_of_name(g->of), g->code);
        put_source_cells(r, out, &g->about);
    }
    buf_printf(out, "\n");
}

static void put_dates(struct buf *out, const struct rule_days *days)
{
    for (unsigned i = 0, last = 0; i < days->count; i = last + 1) {
        const struct date d = date_of_day(days->day[i]);
        for (last = i; last + 1 < days->count && days->day[last + 1] == days->day[last] + 1;)
            last++;
        const struct date end = date_of_day(days->day[last]);
        buf_printf(out, "%s%02d-%02d", i > 0 ? ", " : "", d.month, d.day);
        if (last > i)
            buf_printf(out, " to %02d-%02d", end.month, end.day);
    }
}

static void list_calendars(const struct rules *r, struct buf *out)
{
    begin_table(out, "Days off and at work", "year | off | weekend days at work", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_CALENDAR); i++) {
        const struct rule_calendar *c = rules_entry(r, RULES_CALENDAR, i);
        begin_row(out, &c->about);
        put_dates(out, &c->off);
        buf_printf(out, " | ");
        put_dates(out, &c->work);
        if (c->provisional)
            buf_printf(out, " (provisional)");
        put_source_cells(r, out, &c->about);
    }
    buf_printf(out, "\n");
}

static void put_issuers(struct buf *out, unsigned by)
{
    static const char *const names[] = {"association", "authority", "carrier"};
    bool first = true;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if ((by >> i & 1) != 0) {
            buf_printf(out, "%s%s", first ? "" : ", ", names[i]);
            first = false;
        }
}

static void list_papers(const struct rules *r, struct buf *out)
{
    begin_table(out, "Official papers", "what | paper | mark | issued by", 4);
    for (size_t i = 0; i < rules_entries(r, RULES_PAPER); i++) {
        const struct rule_paper *p = rules_entry(r, RULES_PAPER, i);
        begin_row(out, &p->about);
        buf_printf(out, "`%s` | %s | ", form_word(p->paper), p->mark);
        put_issuers(out, form_by(p->paper));
        put_source_cells(r, out, &p->about);
    }
    buf_printf(out, "\n");
}

static void list_letterheads(const struct rules *r, struct buf *out)
{
    if (rules_entries(r, RULES_LETTERHEAD) == 0)
        return;
    begin_table(out, "Letterheads", "name | organisation | prefix", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_LETTERHEAD); i++) {
        const struct rule_letterhead *l = rules_entry(r, RULES_LETTERHEAD, i);
        begin_row(out, &l->about);
        buf_printf(out, "`%s` | %s", l->organisation, l->prefix);
        put_source_cells(r, out, &l->about);
    }
    buf_printf(out, "\n");
}

static void list_routes(const struct rules *r, struct buf *out)
{
    begin_table(out, "Where matters go", "matter | sector | department", 3);
    for (size_t i = 0; i < rules_entries(r, RULES_ROUTE); i++) {
        const struct rule_route *route = rules_entry(r, RULES_ROUTE, i);
        begin_row(out, &route->about);
        buf_printf(out, "%s%s%s | %s (`%s`)", matter_name(route->matter),
                   route->sector != NULL ? " " : "", route->sector != NULL ? route->sector : "",
                   route->department_en, route->to);
        put_source_cells(r, out, &route->about);
    }
    buf_printf(out, "\n");
}

void rules_document(const struct rules *r, struct buf *out)
{
    introduce(out);
    list_reasons(r, out);
    list_rules(r, out);
    list_profiles(r, out);
    list_limits(r, out);
    list_sectors(r, out);
    list_blocks(r, out);
    list_categories(r, out);
    list_purposes(r, out);
    list_wordings(r, out);
    list_exams(r, out);
    list_editions(r, out);
    list_phrases(r, out);
    list_calendars(r, out);
    list_papers(r, out);
    list_letterheads(r, out);
    list_clocks(r, out);
    list_grounds(r, out);
    list_routes(r, out);
    list_fines(r, out);
}
