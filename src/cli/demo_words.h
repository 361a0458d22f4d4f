/* demo_words: what the members of the sample agency are called and say. Lists end with NULL. */
#pragma once

extern const char *const demo_surnames[], *const demo_names_women[], *const demo_names_men[];
extern const char *const demo_districts[], *const demo_roads[];

/* Work, from the least to the most schooling it takes; `level` as of demo_schoolings. */
struct demo_work {
    unsigned level;
    const char *occupation, *employer, *says; /* "我是小学语文老师" */
};
extern const struct demo_work demo_works[];
extern const char *const demo_schoolings[]; /* 高中 大专 本科 硕士 博士 */
extern const char *const demo_schools[];    /* one list; the first letters fit every level */

extern const char *const demo_hobbies[],
    *const demo_weekends[], *const demo_traits[], *const demo_homes[], *const demo_closings[];
extern const char *const demo_wishes[], *const demo_limits[];

/* A talk of up to 8 lines; those of the member begin with ">". */
enum { DEMO_LINES = 8 };
struct demo_talk {
    const char *line[DEMO_LINES];
};
extern const struct demo_talk demo_talks[];

unsigned demo_count(const char *const *list);
