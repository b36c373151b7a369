// SPDX-License-Identifier: MIT
/* How many downloads at once, and which are cut as too slow, over real TCP and with a clock of its own. */
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
/* cmocka needs the four above first */
#include <cmocka.h>

#include "appliance/downloads.h"
#include "common/str.h"

/* ends[0] is the server's, ends[1] the client's. */
static void connect_pair(int ends[2])
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	autoclose int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	ends[1] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(ends[1], (struct sockaddr *)&address, len), 0);
	ends[0] = accept(listener, NULL, NULL);
	assert_true(ends[0] >= 0);
}

/* Sends so many bytes, reads them at the other end, and waits until they are acknowledged. */
static void pass(const int ends[2], size_t count)
{
	static char buffer[4096];
	int left = 1;

	for (size_t done = 0; done < count; done += sizeof(buffer)) {
		assert_int_equal(send(ends[0], buffer, sizeof(buffer), 0), sizeof(buffer));
		assert_int_equal(recv(ends[1], buffer, sizeof(buffer), MSG_WAITALL), sizeof(buffer));
	}
	for (int i = 0; i < 5000 && left > 0; i++) {
		assert_int_equal(ioctl(ends[0], SIOCOUTQ, &left), 0);
		poll(NULL, 0, left > 0 ? 1 : 0);
	}
	assert_int_equal(left, 0);
}

static void test_limits(void **state)
{
	struct downloads *downloads = downloads_new(3, 2);
	struct download *a, *b, *c;
	int ends[2];

	(void)state;
	connect_pair(ends);
	a = download_begin(downloads, "192.0.2.1", ends[0], 0);
	b = download_begin(downloads, "192.0.2.1", ends[0], 0);
	assert_true(a && b);
	assert_null(download_begin(downloads, "192.0.2.1", ends[0], 0));
	c = download_begin(downloads, "192.0.2.2", ends[0], 0);
	assert_non_null(c);
	assert_null(download_begin(downloads, "192.0.2.3", ends[0], 0));
	assert_int_equal(downloads_count(downloads), 3);
	/* From the middle of the list, then from its ends. */
	download_end(downloads, b);
	b = download_begin(downloads, "192.0.2.3", ends[0], 0);
	assert_non_null(b);
	download_end(downloads, a);
	download_end(downloads, b);
	download_end(downloads, c);
	assert_int_equal(downloads_count(downloads), 0);
	downloads_free(downloads);
	close(ends[0]);
	close(ends[1]);
}

static void test_counts_what_was_taken(void **state)
{
	struct downloads *downloads = downloads_new(3, 3);
	struct download *download;
	int ends[2];

	(void)state;
	connect_pair(ends);
	pass(ends, 8192);
	download = download_begin(downloads, "192.0.2.1", ends[0], 0);
	pass(ends, 40960);
	assert_int_equal(download_end(downloads, download), 40960);
	downloads_free(downloads);
	close(ends[0]);
	close(ends[1]);
}

static void test_cuts_slow_ones_only(void **state)
{
	struct downloads *downloads = downloads_new(3, 3);
	struct download *slow, *fast;
	int slow_ends[2], fast_ends[2];
	char byte;

	(void)state;
	connect_pair(slow_ends);
	connect_pair(fast_ends);
	slow = download_begin(downloads, "192.0.2.1", slow_ends[0], 1000);
	fast = download_begin(downloads, "192.0.2.2", fast_ends[0], 1000);
	/* Both are fast at first; then one hardly reads: what it took before does not help it. */
	pass(slow_ends, 4 * DOWNLOAD_WINDOW_BYTES);
	pass(fast_ends, DOWNLOAD_WINDOW_BYTES);
	assert_int_equal(downloads_cut_slow(downloads, 1000 + DOWNLOAD_WINDOW_MS), 0);
	pass(slow_ends, 4096);
	pass(fast_ends, DOWNLOAD_WINDOW_BYTES);
	assert_int_equal(downloads_cut_slow(downloads, 1000 + 2 * DOWNLOAD_WINDOW_MS - 1), 0);
	assert_int_equal(downloads_cut_slow(downloads, 1000 + 2 * DOWNLOAD_WINDOW_MS), 1);
	assert_int_equal(recv(slow_ends[1], &byte, 1, 0), 0);
	pass(fast_ends, DOWNLOAD_WINDOW_BYTES);
	/* Once is enough. */
	assert_int_equal(downloads_cut_slow(downloads, 1000 + 3 * DOWNLOAD_WINDOW_MS), 0);
	download_end(downloads, slow);
	download_end(downloads, fast);
	downloads_free(downloads);
	for (int i = 0; i < 2; i++) {
		close(slow_ends[i]);
		close(fast_ends[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_counts_what_was_taken),
		cmocka_unit_test(test_cuts_slow_ones_only),
	};

	return cmocka_run_group_tests_name("appliance downloads", tests, NULL, NULL);
}
