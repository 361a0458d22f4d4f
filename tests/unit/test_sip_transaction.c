#include "unit.h"
#include "sip/transaction.h"

#include <pthread.h>
#include <stdatomic.h>

static struct transactions *new (size_t capacity)
{
    struct transactions *t;
    assert_int_equal(transactions_new(capacity, &t), OK);
    return t;
}

static void a_repeat_is_absorbed_then_answered_alike_then_forgotten(void **state)
{
    struct transactions *t = new (1000);
    struct outcome o = {.kind = 3, .check = 7, .record = 42, .target = 99}, got;
    assert_int_equal(transaction_begin(t, 5, 5, 1000, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_begin(t, 5, 5, 1100, &got), TRANSACTION_PENDING);
    assert_int_equal(transaction_begin(t, 6, 6, 1100, &got), TRANSACTION_NEW);
    transaction_answer(t, 5, 1200, &o);
    assert_int_equal(transaction_begin(t, 5, 5, 1200 + TRANSACTION_MS - 1, &got),
                     TRANSACTION_FINAL);
    assert_int_equal(got.kind, 3);
    assert_int_equal(got.check, 7);
    assert_int_equal(got.record, 42);
    assert_int_equal(got.target, 99);
    assert_int_equal(transaction_begin(t, 5, 5, 1200 + TRANSACTION_MS, &got), TRANSACTION_NEW);
    transactions_free(t);
}

static void a_cancel_is_matched_only_while_pending(void **state)
{
    struct transactions *t = new (1000);
    struct outcome o = {.kind = 3}, got;
    assert_int_equal(transaction_cancel(t, 5, 0), TRANSACTION_NEW);
    assert_int_equal(transaction_begin(t, 5, 5, 0, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_cancel(t, 5, 0), TRANSACTION_PENDING);
    assert_int_equal(transaction_begin(t, 5, 5, 0, &got), TRANSACTION_PENDING);
    transaction_answer(t, 5, 0, &o);
    assert_int_equal(o.cause, OUTCOME_CANCELLED);
    assert_int_equal(transaction_begin(t, 5, 5, 0, &got), TRANSACTION_FINAL);
    assert_int_equal(got.cause, OUTCOME_CANCELLED);
    assert_int_equal(transaction_cancel(t, 5, 0), TRANSACTION_FINAL);
    transactions_free(t);
}

static void a_cancel_finds_all_of_its_branch_and_nothing_else(void **state)
{
    struct transactions *t = new (1000);
    const uint64_t branch = 0x1234567800000009u, other = 0x123456780000000au;
    struct outcome first = {.kind = 3}, second = first, third = first, got;
    assert_int_equal(transaction_begin(t, branch + 100, branch, 0, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_begin(t, branch + 200, branch, 0, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_begin(t, branch + 300, other, 0, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_cancel(t, branch, 0), TRANSACTION_PENDING);
    transaction_answer(t, branch + 100, 0, &first);
    transaction_answer(t, branch + 200, 0, &second);
    transaction_answer(t, branch + 300, 0, &third);
    assert_int_equal(first.cause, OUTCOME_CANCELLED);
    assert_int_equal(second.cause, OUTCOME_CANCELLED);
    assert_int_equal(third.cause, OUTCOME_VERDICT);
    assert_int_equal(transaction_cancel(t, branch, 0), TRANSACTION_FINAL);
    assert_int_equal(transaction_cancel(t, branch + (1ull << 32), 0), TRANSACTION_NEW);
    transactions_free(t);
}

static void memory_is_bounded_and_used_again(void **state)
{
    struct transactions *t = new (64 * 16);
    struct outcome o = {0}, got;
    /* Keys of one shard: the top six bits choose it. */
    for (uint64_t i = 1; i <= 16; i++)
        assert_int_equal(transaction_begin(t, i, i, 0, &got), TRANSACTION_NEW);
    assert_int_equal(transaction_begin(t, 17, 17, 0, &got), TRANSACTION_FULL);
    transaction_forget(t, 3);
    assert_int_equal(transaction_begin(t, 17, 17, 0, &got), TRANSACTION_NEW);
    for (uint64_t i = 1; i <= 17; i++)
        transaction_answer(t, i, (int64_t)i, &o);
    assert_int_equal(transactions_count(t), 16);
    assert_int_equal(transaction_begin(t, 100, 100, TRANSACTION_MS + 1, &got), TRANSACTION_NEW);
    assert_int_equal(transactions_count(t), 16);
    assert_int_equal(transaction_begin(t, 101, 101, TRANSACTION_MS + 17, &got), TRANSACTION_NEW);
    assert_int_equal(transactions_count(t), 2);
    transactions_free(t);
}

static void forgetting_leaves_final_answers_alone(void **state)
{
    struct transactions *t = new (1000);
    struct outcome o = {0}, got;
    assert_int_equal(transaction_begin(t, 5, 5, 0, &got), TRANSACTION_NEW);
    transaction_answer(t, 5, 0, &o);
    transaction_forget(t, 5);
    assert_int_equal(transaction_begin(t, 5, 5, 0, &got), TRANSACTION_FINAL);
    transactions_free(t);
}

static void a_restart_fills_in_what_was_answered(void **state)
{
    struct transactions *t = new (1000);
    struct outcome o = {.kind = 2, .record = 9}, got;
    transaction_refill(t, 5, 500, &o);
    assert_int_equal(transaction_begin(t, 5, 5, 499, &got), TRANSACTION_FINAL);
    assert_int_equal(got.record, 9);
    assert_int_equal(transaction_begin(t, 5, 5, 500, &got), TRANSACTION_NEW);
    transactions_free(t);
}

struct racing {
    struct transactions *t;
    _Atomic unsigned fresh;
};

static void *race(void *to)
{
    struct racing *r = to;
    struct outcome o = {0}, got;
    for (uint64_t key = 1; key <= 20000; key++) {
        if (transaction_begin(r->t, key * 0x9e3779b97f4a7c15u, key * 0x9e3779b97f4a7c15u, 0,
                              &got) != TRANSACTION_NEW)
            continue;
        atomic_fetch_add(&r->fresh, 1);
        transaction_answer(r->t, key * 0x9e3779b97f4a7c15u, 0, &o);
    }
    return NULL;
}

static void among_threads_each_transaction_is_new_once(void **state)
{
    struct racing r = {.t = new (100000)};
    pthread_t thread[4];
    for (size_t i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, race, &r);
    for (size_t i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(r.fresh, 20000);
    transactions_free(r.t);
}

UNIT_MAIN(TEST(a_repeat_is_absorbed_then_answered_alike_then_forgotten),
          TEST(a_cancel_is_matched_only_while_pending),
          TEST(a_cancel_finds_all_of_its_branch_and_nothing_else),
          TEST(memory_is_bounded_and_used_again), TEST(forgetting_leaves_final_answers_alone),
          TEST(a_restart_fills_in_what_was_answered),
          TEST(among_threads_each_transaction_is_new_once))
