#include "cli/wire.h"
#include "cli/client.h"

#include "unit.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static void pair(struct wire *w, int *other)
{
    int fd[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    wire_init(w, fd[0]);
    *other = fd[1];
}

static void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void two_objects_in_one_packet_are_two(void **state)
{
    struct wire w;
    int other;
    json_t *object;
    pair(&w, &other);
    put(other, "{\"a\":1}\n{\"b\":2}\n");
    assert_int_equal(wire_read(&w, &object), OK);
    assert_int_equal(json_integer_value(json_object_get(object, "a")), 1);
    json_decref(object);
    assert_int_equal(wire_read(&w, &object), OK);
    assert_int_equal(json_integer_value(json_object_get(object, "b")), 2);
    json_decref(object);
    close(other);
    assert_int_equal(wire_read(&w, &object), ERR_CLOSED);
    wire_fini(&w);
}

static void *put_in_pieces(void *to)
{
    static const char text[] = "{\"a\":\"x y\"}\n{\"b\":2}\n";
    for (size_t i = 0; i + 1 < sizeof text; i++)
        if (write(*(int *)to, text + i, 1) != 1)
            break;
    close(*(int *)to);
    return NULL;
}

static void an_object_in_many_packets_is_one(void **state)
{
    struct wire w;
    int other;
    pthread_t thread;
    json_t *object;
    pair(&w, &other);
    assert_int_equal(pthread_create(&thread, NULL, put_in_pieces, &other), 0);
    assert_int_equal(wire_read(&w, &object), OK);
    assert_string_equal(json_string_value(json_object_get(object, "a")), "x y");
    json_decref(object);
    assert_int_equal(wire_read(&w, &object), OK);
    json_decref(object);
    assert_int_equal(wire_read(&w, &object), ERR_CLOSED);
    pthread_join(thread, NULL);
    wire_fini(&w);
}

static void what_is_no_object_is_refused_and_the_next_line_is_read(void **state)
{
    static const char *const wrong[] = {
        "\n", "[]\n", "7\n", "{\"a\":1\n", "{\"a\":1} x\n", "{\"a\":1,\"a\":2}\n", "\xff\n"};
    struct wire w;
    int other;
    json_t *object;
    pair(&w, &other);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(other, wrong[i]);
        assert_int_equal(wire_read(&w, &object), ERR_INVALID);
        assert_null(object);
    }
    put(other, "{}\n");
    assert_int_equal(wire_read(&w, &object), OK);
    json_decref(object);
    close(other);
    wire_fini(&w);
}

static void *put_for_ever(void *to)
{
    static char zeroes[65536];
    memset(zeroes, 'x', sizeof zeroes);
    while (send(*(int *)to, zeroes, sizeof zeroes, MSG_NOSIGNAL) > 0)
        continue;
    return NULL;
}

static void a_line_without_an_end_is_cut_off(void **state)
{
    struct wire w;
    int other;
    pthread_t thread;
    json_t *object;
    pair(&w, &other);
    assert_int_equal(pthread_create(&thread, NULL, put_for_ever, &other), 0);
    assert_int_equal(wire_read(&w, &object), ERR_LIMIT);
    wire_fini(&w);
    pthread_join(thread, NULL);
    close(other);
}

static void what_is_written_is_one_line(void **state)
{
    struct wire w;
    int other;
    char got[64] = "";
    pair(&w, &other);
    json_t *object = json_pack("{s:s}", "text", "a\nb");
    assert_int_equal(wire_write(&w, object), OK);
    json_decref(object);
    assert_true(read(other, got, sizeof got - 1) > 0);
    assert_string_equal(got, "{\"text\":\"a\\nb\"}\n");
    close(other);
    object = json_object();
    assert_int_equal(wire_write(&w, object), ERR_CLOSED);
    json_decref(object);
    wire_fini(&w);
}

UNIT_MAIN(TEST(two_objects_in_one_packet_are_two), TEST(an_object_in_many_packets_is_one),
          TEST(what_is_no_object_is_refused_and_the_next_line_is_read),
          TEST(a_line_without_an_end_is_cut_off), TEST(what_is_written_is_one_line))
