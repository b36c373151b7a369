// SPDX-License-Identifier: MIT
/* Ending guests at shutdown: who obeys is waited for, who does not is made to, within the time given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "node/guests.h"

/* A process that ends after so long, and on SIGTERM unless it is deaf. */
static struct guest start(const char *name, int lives_ms, bool is_deaf, bool can_obey)
{
	struct guest guest = { .name = xstrdup(name), .can_obey = can_obey };

	fflush(NULL);
	/* Before the fork, so that the child is deaf from its first moment on. */
	signal(SIGTERM, is_deaf ? SIG_IGN : SIG_DFL);
	guest.pid = fork();
	if (guest.pid == 0) {
		(void)poll(NULL, 0, lives_ms);
		_exit(0);
	}
	guest.process = pidfd_open(guest.pid, 0);
	assert_true(guest.process >= 0);
	return guest;
}

/* The children of the test, which systemd would have reaped on a host. */
static void reap(struct guests *guests)
{
	for (size_t i = 0; i < guests->count; i++) {
		kill(guests->items[i].pid, SIGKILL);
		waitpid(guests->items[i].pid, NULL, 0);
	}
	guests_done(guests);
}

static struct guests two(struct guest a, struct guest b)
{
	struct guests guests = { xcalloc(2, sizeof(struct guest)), 2 };

	guests.items[0] = a;
	guests.items[1] = b;
	return guests;
}

static void who_obeys_is_waited_for(void **state)
{
	struct guests guests = two(start("soon", 100, false, true), start("later", 300, false, true));
	int64_t began = now_ms();

	(void)state;
	assert_int_equal(guests_wait(&guests, began + 20000), 0);
	assert_true(now_ms() - began >= 250 && now_ms() - began < 15000);
	reap(&guests);
}

static void the_wait_has_an_end(void **state)
{
	struct guests guests = two(start("soon", 100, false, true), start("never", 60000, false, true));
	int64_t began = now_ms();

	(void)state;
	assert_int_equal(guests_wait(&guests, began + 500), 1);
	assert_true(now_ms() - began >= 450 && now_ms() - began < 15000);
	assert_int_equal(guests.items[0].process, -1);
	reap(&guests);
}

/* A paused guest hears nothing: nobody waits for it. */
static void who_cannot_obey_is_not_waited_for(void **state)
{
	struct guests guests = two(start("paused", 60000, false, false), start("soon", 100, false, true));
	int64_t began = now_ms();

	(void)state;
	assert_int_equal(guests_wait(&guests, began + 30000), 1);
	assert_true(now_ms() - began < 15000);
	reap(&guests);
}

static void force(void **state)
{
	struct guests guests = two(start("deaf", 60000, true, true), start("hears", 60000, false, true));

	(void)state;
	assert_int_equal(guests_signal(&guests, SIGTERM, now_ms() + 500), 1);
	assert_true(guests.items[0].process >= 0);
	assert_int_equal(guests_signal(&guests, SIGKILL, now_ms() + 15000), 0);
	reap(&guests);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_obeys_is_waited_for),
		cmocka_unit_test(the_wait_has_an_end),
		cmocka_unit_test(who_cannot_obey_is_not_waited_for),
		cmocka_unit_test(force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
