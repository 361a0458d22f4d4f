#include "registry/hours.h"

enum { DAY_S = 86400, WINDOWS = 4, MARKS = 64 };

static const char expected[] = "expected times of day such as 09:00-12:00;14:00-20:00";

/* "9:00", "09:00", "24:00" */
static bool parse_time(struct str text, int32_t *seconds)
{
    struct str rest = str_trim(text), hour, minute;
    unsigned long long h, m;
    if (!str_split(&rest, ':', &hour) || !str_split(&rest, ':', &minute) || rest.n > 0 ||
        minute.n != 2 || hour.n > 2 || !str_to_u64(hour, 24, &h) || !str_to_u64(minute, 59, &m) ||
        (h == 24 && m > 0))
        return false;
    *seconds = (int32_t)(h * 3600 + m * 60);
    return true;
}

struct window {
    int32_t from, until;
};

/* Keep `w` sorted by its beginning. */
static bool insert(struct window *w, unsigned *count, struct window add)
{
    if (*count == MARKS)
        return false;
    unsigned i = (*count)++;
    for (; i > 0 && w[i - 1].from > add.from; i--)
        w[i] = w[i - 1];
    w[i] = add;
    return true;
}

/* One window, two if it goes over midnight. */
static enum err parse_window(struct str text, struct window *w, unsigned *count,
                             struct problem *problem)
{
    struct str rest = text, first, last;
    int32_t from, until;
    if (!str_split(&rest, '-', &first) || !str_split(&rest, '-', &last) || rest.n > 0 ||
        !parse_time(first, &from) || !parse_time(last, &until) || from == DAY_S)
        return problem_set(problem, ERR_INVALID, "not a time of day; %s", expected);
    if (until == 0)
        until = DAY_S;
    if (from == until)
        return problem_set(problem, ERR_INVALID, "an empty time of day; %s", expected);
    bool fits = from < until ? insert(w, count, (struct window){from, until})
                             : insert(w, count, (struct window){from, DAY_S}) &&
                                   insert(w, count, (struct window){0, until});
    return fits ? OK : problem_set(problem, ERR_LIMIT, "too many times of day, expected at most 4");
}

enum err hours_parse(struct str text, struct hours *out, struct problem *problem)
{
    *out = (struct hours){0};
    struct window w[MARKS];
    unsigned count = 0;
    struct str part;
    while (str_split(&text, ';', &part)) {
        part = str_trim(part);
        if (part.n == 0)
            continue;
        enum err e = parse_window(part, w, &count, problem);
        if (e != OK)
            return e;
    }
    for (unsigned i = 0; i < count; i++) {
        if (out->count > 0 && out->window[out->count - 1].until_s >= w[i].from) {
            if (out->window[out->count - 1].until_s < w[i].until)
                out->window[out->count - 1].until_s = w[i].until;
            continue;
        }
        if (out->count == WINDOWS)
            return problem_set(problem, ERR_LIMIT, "too many times of day, expected at most 4");
        out->window[out->count].from_s = w[i].from;
        out->window[out->count++].until_s = w[i].until;
    }
    return OK;
}

void hours_write(const struct hours *h, struct buf *out)
{
    for (unsigned i = 0; i < h->count; i++) {
        const int from = h->window[i].from_s / 60, until = h->window[i].until_s / 60;
        buf_printf(out, "%s%02d:%02d-%02d:%02d", i ? ";" : "", from / 60, from % 60, until / 60,
                   until % 60);
    }
}
