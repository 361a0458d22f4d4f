/*
 * rcu: liburcu's QSBR flavour, and what ThreadSanitizer must be told of it.
 *
 * liburcu orders memory by instructions that ThreadSanitizer does not see (the
 * library is not built with it). The two notes say the same in its words: what
 * was written before rcu_published(x) is seen after rcu_seen(x). They are nothing
 * in other builds.
 */
#pragma once
#include <urcu/urcu-qsbr.h>
#include <urcu/rculfhash.h>

#if defined(__SANITIZE_THREAD__)
#define RCU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RCU_TSAN 1
#endif
#endif

/*
 * What the notes are about: readers publish, when they leave, that they have read;
 * who frees has seen it. A writer publishes a node; who finds it has seen it.
 */
extern char rcu_readers, rcu_nodes;

#ifdef RCU_TSAN
void __tsan_acquire(void *);
void __tsan_release(void *);
#define rcu_published(x) __tsan_release((void *)(x))
#define rcu_seen(x)      __tsan_acquire((void *)(x))
#else
#define rcu_published(x) ((void)(x))
#define rcu_seen(x)      ((void)(x))
#endif
