#include "unit.h"
#include "core/clock.h"
#include "core/lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char path[64];

static int fresh(void **state)
{
    snprintf(path, sizeof path, "/tmp/menshen-lock-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int gone(void **state)
{
    return unlink(path);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * WHEN_MS}, NULL);
}

/* A process that holds the lock; returns once it does. */
static pid_t holder(int hold_ms)
{
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct lock *lock;
        char held = lock_open(path, 0, &lock, NULL) == OK;
        if (write(ready[1], &held, 1) != 1)
            _exit(1);
        pause_ms(hold_ms);
        _exit(0);
    }
    char held = 0;
    assert_int_equal(read(ready[0], &held, 1), 1);
    assert_int_equal(held, 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void names_the_holder(void **state)
{
    pid_t pid = holder(900);
    struct lock *lock;
    struct problem problem;
    int64_t start = clock_monotonic();
    assert_int_equal(lock_open(path, 50, &lock, &problem), ERR_CONFLICT);
    assert_true(clock_monotonic() - start >= 50 * WHEN_MS);
    assert_null(lock);
    char expected[32];
    snprintf(expected, sizeof expected, "process %d ", (int)pid);
    assert_non_null(strstr(problem.text, expected));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void waits_for_a_holder_that_ends(void **state)
{
    pid_t pid = holder(60);
    struct lock *lock;
    assert_int_equal(lock_open(path, 5000, &lock, NULL), OK);
    waitpid(pid, NULL, 0);
    lock_close(lock);
}

static void a_killed_holder_leaves_nothing_behind(void **state)
{
    pid_t pid = holder(900);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    struct lock *lock;
    assert_int_equal(lock_open(path, 0, &lock, NULL), OK);
    lock_close(lock);
}

static void is_taken_again_after_close(void **state)
{
    struct lock *first, *second;
    assert_int_equal(lock_open(path, 0, &first, NULL), OK);
    assert_int_equal(lock_open(path, 0, &second, NULL), ERR_CONFLICT);
    lock_close(first);
    assert_int_equal(lock_open(path, 0, &second, NULL), OK);
    lock_close(second);
    lock_close(NULL);
}

static void a_missing_folder_is_named(void **state)
{
    struct lock *lock;
    struct problem problem;
    assert_int_equal(lock_open("/nonexistent/lock", 0, &lock, &problem), ERR_NOT_FOUND);
    assert_non_null(strstr(problem.text, "/nonexistent/lock"));
}

#define LOCKED(name) cmocka_unit_test_setup_teardown(name, fresh, gone)

UNIT_MAIN(LOCKED(names_the_holder), LOCKED(waits_for_a_holder_that_ends),
          LOCKED(a_killed_holder_leaves_nothing_behind), LOCKED(is_taken_again_after_close),
          TEST(a_missing_folder_is_named))
