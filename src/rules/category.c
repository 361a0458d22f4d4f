#include "rules/category.h"

const char *const category_words[CATEGORIES + 1] = {
    "basic", "contact", "photo", "education", "property", "identity", "chat", "history", NULL};

const char *basis_word(enum basis b)
{
    static const char *const bases[BASES] = {"consent", "contract", "legal-duty", "order"};
    return bases[b];
}

const char *category_word(enum category c)
{
    return category_words[c];
}

bool category_find(struct str word, enum category *out)
{
    for (int i = 0; i < CATEGORIES; i++) {
        if (str_eq(word, str_of(category_words[i]))) {
            *out = (enum category)i;
            return true;
        }
    }
    return false;
}

categories categories_of(struct str list, char separator)
{
    categories set = 0;
    enum category c;
    struct str word;
    while (str_split(&list, separator, &word))
        if (category_find(str_trim(word), &c))
            set |= (categories)(1U << c);
    return set;
}
