#include "cli/opened_json.h"

#include "gate/look_record.h"
#include "gate/verdict.h"

#include <inttypes.h>
#include <stdio.h>

enum { NONCE = 32 };

static json_t *number_json(number n)
{
    char text[24];
    if (n == 0)
        return json_null(); /* withheld */
    snprintf(text, sizeof text, "+%" PRIu64, n);
    return json_string(text);
}

static json_t *call_json(struct str entry, struct str plain)
{
    struct call_record c;
    if (call_record_decode(entry, &c) != OK || call_opening_decode(plain, &c) != OK)
        return NULL;
    return json_pack("{s:o, s:o, s:s, s:s}", "caller", number_json(c.caller), "callee",
                     number_json(c.callee), "line", c.verdict.line, "organisation",
                     c.verdict.principal);
}

static json_t *look_json(struct str plain)
{
    static const char *const answers[] = {
        [LOOK_DENY] = "deny", [LOOK_MASK] = "mask", [LOOK_SHOW] = "show"};
    struct look_opening o;
    json_t *answered;
    if (look_opening_decode(plain, &o) != OK)
        return NULL;
    answered = json_object();
    for (int c = 0; c < CATEGORIES; c++)
        if ((o.verdict.asked >> c & 1) != 0)
            json_object_set_new(answered, category_word((enum category)c),
                                json_string(answers[o.verdict.answer[c]]));
    return json_pack("{s:s, s:I, s:s, s:s, s:s, s:o}", "person", o.person, "number",
                     (json_int_t)o.person_seq, "looker", o.asker.looker, "organisation",
                     o.asker.organisation, "task", o.asker.task, "categories", answered);
}

json_t *opened_json(const struct opened *o)
{
    if (o->content.n > 0)
        return json_loadb(o->content.p, o->content.n, 0, NULL);
    if (o->entry.n < ENTRY_HEADER || o->opening.n < NONCE)
        return NULL;
    const struct str plain = str_skip(o->opening, NONCE);
    return o->entry.p[1] == ENTRY_CALL   ? call_json(str_skip(o->entry, ENTRY_HEADER), plain)
           : o->entry.p[1] == ENTRY_LOOK ? look_json(plain)
                                         : NULL;
}
