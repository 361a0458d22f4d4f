/*
 * ranking_interval: between which means a count can well have come about.
 *
 * The exact interval of a Poisson count (Garwood, Biometrika 28, 1936): `low` is the mean of
 * which so many or more come up in 2.5 % of all cases, `high` the one of which so many or fewer
 * do. It holds the true mean in at least 95 % of all cases, for small counts too, and needs no
 * table. Pure; any thread.
 */
#pragma once

enum { RANKING_COUNT_MAX = 1000000 };

struct ranking_interval {
    double low, high;
};

/* Of a count up to RANKING_COUNT_MAX; what is above counts as that. */
struct ranking_interval ranking_interval(unsigned count);
