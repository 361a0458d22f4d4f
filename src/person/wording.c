#include "person/wording.h"

#include <stdio.h>

static const struct channel {
    const char *word, *zh, *en;
} channels[] = {{"call", "电话", "telephone"},
                {"message", "消息", "message"},
                {"file", "查阅资料", "reading my file"}};
enum { CHANNELS = sizeof channels / sizeof *channels };

static bool has_word(struct str list, const char *word)
{
    struct str part;
    while (list.n > 0 && str_split(&list, ';', &part))
        if (str_eq(part, str_of(word)))
            return true;
    return false;
}

static bool is_channel(struct str word)
{
    for (size_t i = 0; i < CHANNELS; i++)
        if (str_eq(word, str_of(channels[i].word)))
            return true;
    return false;
}

bool channels_normal(struct str text, char out[static CHANNELS_TEXT])
{
    struct str rest = text, part;
    size_t n = 0;
    out[0] = '\0';
    while (rest.n > 0 && str_split(&rest, ';', &part))
        if (!is_channel(part))
            return false;
    for (size_t i = 0; i < CHANNELS; i++)
        if (has_word(text, channels[i].word))
            n += (size_t)snprintf(out + n, CHANNELS_TEXT - n, "%s%s", n > 0 ? ";" : "",
                                  channels[i].word);
    return n > 0;
}

categories wording_separate(const struct rules *r, categories what)
{
    categories separate = 0;
    for (int c = 0; c < CATEGORIES; c++)
        if ((what >> c & 1) != 0 && rules_category(r, (enum category)c)->separate_zh != NULL)
            separate |= (categories)(1U << c);
    return separate;
}

void categories_list(categories what, char out[static CATEGORIES_TEXT])
{
    size_t n = 0;
    out[0] = '\0';
    for (int c = 0; c < CATEGORIES; c++)
        if ((what >> c & 1) != 0)
            n += (size_t)snprintf(out + n, CATEGORIES_TEXT - n, "%s%s", n > 0 ? ";" : "",
                                  category_word((enum category)c));
}

struct filling {
    const struct rules *rules;
    const struct consent_terms *terms;
    const struct wording_names *names;
    const struct purpose_rule *purpose;
    bool zh;
    struct buf *out;
};

static void put_categories(const struct filling *f)
{
    bool first = true;
    for (int c = 0; c < CATEGORIES; c++) {
        if ((f->terms->what >> c & 1) == 0)
            continue;
        const struct rule *about = &rules_category(f->rules, (enum category)c)->about;
        buf_printf(f->out, "%s%s",
                   first   ? ""
                   : f->zh ? "、"
                           : ", ",
                   f->zh ? about->title_zh : about->title_en);
        first = false;
    }
}

static void put_channels(const struct filling *f)
{
    bool first = true;
    for (size_t i = 0; i < CHANNELS; i++)
        if (has_word(f->terms->channels, channels[i].word)) {
            buf_printf(f->out, "%s%s",
                       first   ? ""
                       : f->zh ? "、"
                               : ", ",
                       f->zh ? channels[i].zh : channels[i].en);
            first = false;
        }
}

/* Why sensitive data are needed and what may come of it. */
static void put_notice(const struct filling *f)
{
    for (int c = 0; c < CATEGORIES; c++) {
        const struct category_rule *rule = rules_category(f->rules, (enum category)c);
        if ((f->terms->what >> c & 1) != 0 && rule->separate_zh != NULL)
            buf_str(f->out, str_of(f->zh ? rule->separate_zh : rule->separate_en));
    }
}

static bool put_word(const struct filling *f, struct str word)
{
    char day[WHEN_TEXT];
    if (str_eq(word, STR("organisation"))) {
        buf_str(f->out, f->names->organisation);
    } else if (str_eq(word, STR("purpose"))) {
        buf_str(f->out, str_of(f->zh ? f->purpose->about.title_zh : f->purpose->about.title_en));
    } else if (str_eq(word, STR("why"))) {
        struct str why = str_of(f->zh ? f->purpose->about.text_zh : f->purpose->about.text_en);
        struct str stop = f->zh ? STR("。") : STR(".");
        if (why.n > stop.n && str_eq(str_skip(why, why.n - stop.n), stop))
            why.n -= stop.n;
        buf_str(f->out, why);
    } else if (str_eq(word, STR("categories"))) {
        put_categories(f);
    } else if (str_eq(word, STR("channels"))) {
        put_channels(f);
    } else if (str_eq(word, STR("until"))) {
        when_format(f->terms->until - 1, rules_offset_minutes(f->rules), day);
        buf_printf(f->out, "%.10s", day);
    } else if (str_eq(word, STR("notice"))) {
        put_notice(f);
    } else if (str_eq(word, STR("recipient"))) {
        buf_str(f->out, f->names->recipient);
    } else if (str_eq(word, STR("contact"))) {
        buf_str(f->out, f->names->contact);
    } else {
        return false;
    }
    return true;
}

enum err wording_put(const struct rules *r, const struct consent_terms *terms,
                     const struct wording_names *names, enum wording_language language,
                     struct buf *out)
{
    const struct rule_wording *w =
        rules_wording(r, names->recipient.n > 0                  ? WORDING_TRANSFER
                         : wording_separate(r, terms->what) != 0 ? WORDING_SEPARATE
                                                                 : WORDING_ORDINARY);
    struct filling f = {.rules = r,
                        .terms = terms,
                        .names = names,
                        .purpose = rules_purpose(r, terms->purpose),
                        .zh = language == WORDING_ZH,
                        .out = out};
    if (w == NULL || f.purpose == NULL)
        return ERR_NOT_FOUND;
    struct str rest = str_of(f.zh ? w->about.text_zh : w->about.text_en), before, word;
    while (str_split(&rest, '{', &before)) {
        buf_str(out, before);
        if (rest.n == 0)
            break;
        if (!str_split(&rest, '}', &word) || !put_word(&f, word))
            return ERR_NOT_FOUND;
    }
    return out->failed ? ERR_LIMIT : OK;
}
