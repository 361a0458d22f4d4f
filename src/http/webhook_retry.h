/*
 * webhook_retry: when what was not taken is posted again: the schedule of Standard Webhooks 1.0,
 * over three days. Pure; any thread.
 */
#pragma once

enum { WEBHOOK_ATTEMPTS = 10 };

/*
 * Seconds from the attempt that failed to the next, after `failures` of them in a row; up to a
 * tenth more by `jitter` (any number), so that those who failed together do not come back
 * together, and no less than `retry_after_s`, within a day. Negative: not any more.
 */
int webhook_delay_s(unsigned failures, int retry_after_s, unsigned jitter);
