#include "http/look_json.h"

const char *look_reason(enum check check, enum ask_view view)
{
    return view == ASK_ORGANISATION ? check_reason_for_staff(check) : check_reason(check);
}

const char *look_word(enum look_answer answer)
{
    switch (answer) {
    case LOOK_DENY:
        return "deny";
    case LOOK_MASK:
        return "mask";
    case LOOK_SHOW:
        return "show";
    }
    return "deny";
}

static const char *const surfaces[] = {"detail", "list", "search", "export", "feed"};

const char *look_surface(enum surface surface)
{
    return surfaces[surface];
}

bool look_surface_find(struct str word, enum surface *out)
{
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
        if (str_eq(word, str_of(surfaces[i]))) {
            *out = (enum surface)i;
            return true;
        }
    return false;
}

/* The rule says no more than the reason: one of the three about consent stands for all. */
static const struct rule *rule_of(const struct rules *rules, enum check check, enum ask_view view)
{
    bool same = look_reason(check, view) == check_reason(check);
    return rules_of_check(rules, same ? check : CHECK_NOT_CONSENTED);
}

json_t *look_verdicts(const struct rules *rules, const struct look_verdict *v, enum ask_view view)
{
    json_t *all = json_object();
    for (int c = 0; all != NULL && c < CATEGORIES; c++) {
        if ((v->asked >> c & 1) == 0)
            continue;
        const struct rule *rule = rule_of(rules, v->check[c], view);
        json_t *one =
            json_pack("{s:s, s:s, s:s?, s:s?}", "verdict", look_word(v->answer[c]), "reason",
                      look_reason(v->check[c], view), "rule", rule != NULL ? rule->id : NULL,
                      "basis", rule != NULL ? rule->citation : NULL);
        bool good = one != NULL;
        if (good && v->answer[c] != LOOK_DENY)
            good =
                json_object_set_new(one, "legal_basis", json_string(basis_word(v->basis[c]))) == 0;
        good = good && json_object_set(all, category_word((enum category)c), one) == 0;
        json_decref(one);
        if (!good) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}
