#include "http/webhook_retry.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

int webhook_delay_s(unsigned failures, int retry_after_s, unsigned jitter)
{
    static const int delays[WEBHOOK_ATTEMPTS - 1] = {
        5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR};
    if (failures >= WEBHOOK_ATTEMPTS)
        return -1;
    int delay = failures > 0 ? delays[failures - 1] : 0;
    delay += (int)(jitter % (unsigned)(delay / 10 + 1));
    const int least = retry_after_s < DAY ? retry_after_s : DAY;
    return delay > least ? delay : least;
}
