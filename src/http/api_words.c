/* GET /v1/words: what the rule pack says of the codes that answers hold, for whoever reads them. */
#include "http/route.h"
#include "rules/document.h"

static json_t *both(const char *zh, const char *en)
{
    return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

static json_t *word_json(const struct rules *rules, const struct rule *head)
{
    char from[RULES_DAY];
    rules_first_day(rules, head->from, from);
    return json_pack("{s:o, s:o, s:o, s:s, s:s?}", "title", both(head->title_zh, head->title_en),
                     "text", both(head->text_zh, head->text_en), "basis",
                     both(head->citation, head->citation_en), "label", rule_label_name(head->label),
                     "from", from[0] != '\0' ? from : NULL);
}

static json_t *reasons_json(const struct rule *rule)
{
    json_t *list = json_array();
    const char *last = "";
    for (int c = 0; c < CHECKS; c++) {
        const char *reason = check_reason((enum check)c);
        /* Checks that share a reason follow each other. */
        if ((rule->checks >> c & 1) != 0 && strcmp(reason, last) != 0)
            json_array_append_new(list, json_string(last = reason));
    }
    return list;
}

static json_t *purposes_json(const struct rules *rules)
{
    json_t *all = json_object();
    for (size_t i = 0; i < rules_entries(rules, RULES_PURPOSE); i++) {
        const struct purpose_rule *p = rules_entry(rules, RULES_PURPOSE, i);
        json_object_set_new(all, p->code, word_json(rules, &p->about));
    }
    return all;
}

static json_t *categories_json(const struct rules *rules)
{
    json_t *all = json_object();
    for (int c = 0; c < CATEGORIES; c++)
        json_object_set_new(all, category_word((enum category)c),
                            word_json(rules, &rules_category(rules, (enum category)c)->about));
    return all;
}

static json_t *sectors_json(const struct rules *rules)
{
    json_t *all = json_object();
    for (int i = 0; i < (int)rules_sectors(rules); i++) {
        const struct sector *s = rules_sector_at(rules, i);
        json_t *word = word_json(rules, &s->about);
        json_object_set_new(word, "title", both(s->zh, s->en));
        json_object_set_new(all, s->code, word);
    }
    return all;
}

static json_t *rules_json(const struct rules *rules)
{
    json_t *all = json_object();
    for (size_t i = 0; i < rules_count(rules); i++) {
        const struct rule *rule = rules_at(rules, i);
        if (rule->checks == 0)
            continue;
        json_t *word = word_json(rules, rule);
        json_object_set_new(word, "reasons", reasons_json(rule));
        json_object_set_new(all, rule->id, word);
    }
    for (size_t i = 0; i < rules_entries(rules, RULES_CLOCK); i++) {
        const struct rule_clock *clock = rules_entry(rules, RULES_CLOCK, i);
        json_object_set_new(all, clock->about.id, word_json(rules, &clock->about));
    }
    return all;
}

void api_words(struct request *r, const struct hands *h)
{
    const struct rules *rules = gate_rules(h->gate);
    outcome_json(r, 200,
                 json_pack("{s:o, s:o, s:o, s:o}", "purposes", purposes_json(rules), "categories",
                           categories_json(rules), "sectors", sectors_json(rules), "rules",
                           rules_json(rules)));
}
