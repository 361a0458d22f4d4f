#include "cli/text.h"
#include "cli/text_pair.h"

#include <stdlib.h>
#include <string.h>

enum lang lang_of(const char *locale)
{
    return locale != NULL && strncmp(locale, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
}

enum lang lang_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0')
            return lang_of(value);
    }
    return LANG_EN;
}

static int compare(const void *key, const void *pair)
{
    return strcmp(key, ((const struct text_pair *)pair)->english);
}

const char *text_in(enum lang lang, const char *english)
{
    if (lang == LANG_EN)
        return english;
    const struct text_pair *found =
        bsearch(english, text_zh, text_zh_count, sizeof *text_zh, compare);
    return found != NULL ? found->other : english;
}
