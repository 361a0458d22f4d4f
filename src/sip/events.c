#include "sip/events.h"

#include <event2/thread.h>
#include <pthread.h>

static bool ready;

static void prepare(void)
{
    ready = evthread_use_pthreads() == 0;
}

bool events_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    return pthread_once(&once, prepare) == 0 && ready;
}
