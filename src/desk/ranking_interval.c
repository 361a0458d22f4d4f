#include "desk/ranking_interval.h"

#include <math.h>

#define TAIL  0.025
#define SMALL 1e-17 /* of the sum: what follows cannot change it */
enum { STEPS = 100 };

/* The probability of exactly `count` at this mean; `log_factorial` is that of the count. */
static double exactly(unsigned count, double mean, double log_factorial)
{
    return exp(count * log(mean) - mean - log_factorial);
}

/* Of `count` or more, for a mean below it: each term is smaller than the one before. */
static double or_more(unsigned count, double mean, double log_factorial)
{
    double sum = 0, term = exactly(count, mean, log_factorial);
    while (term > SMALL * sum) {
        sum += term;
        term *= mean / ++count;
    }
    return sum;
}

/* Of `count` or fewer, for a mean above it. */
static double or_fewer(unsigned count, double mean, double log_factorial)
{
    double sum = 0, term = exactly(count, mean, log_factorial);
    while (term > SMALL * sum) {
        sum += term;
        term *= count / mean; /* of none there are no fewer: the term is 0 then */
        count -= count > 0;
    }
    return sum;
}

struct ranking_interval ranking_interval(unsigned count)
{
    if (count > RANKING_COUNT_MAX)
        count = RANKING_COUNT_MAX;
    double log_factorial = 0;
    for (unsigned i = 2; i <= count; i++)
        log_factorial += log(i);
    /* Both tails fall to nothing well within these bounds; halve until no double is between. */
    struct ranking_interval out = {0, 0};
    double least = 0, most = count;
    for (int i = 0; i < STEPS && count > 0; i++) {
        out.low = (least + most) / 2;
        *(or_more(count, out.low, log_factorial) < TAIL ? &least : &most) = out.low;
    }
    least = count;
    most = count + 10 + 4 * sqrt(count);
    for (int i = 0; i < STEPS; i++) {
        out.high = (least + most) / 2;
        *(or_fewer(count, out.high, log_factorial) > TAIL ? &least : &most) = out.high;
    }
    return out;
}
