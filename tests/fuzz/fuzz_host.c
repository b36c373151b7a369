// SPDX-License-Identifier: MIT
/*
 * Any bytes as a host's kickstart, which comes from the network: reading never crashes, what was
 * accepted means the same after it is written and read again, and no text of it ends up as a section
 * or a line of its own in systemd-networkd's files.
 */
#include "host/write.h"
#include "tests/host_text.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Every line is empty, a comment, a section or KEY=VALUE, and nothing else got in. */
static void check_unit(const char *text)
{
	autostrv char **lines = strv_split(text, "\n", false);

	for (char **line = lines; line && *line; line++) {
		size_t key = strspn(*line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

		require((*line)[0] == '#' || (*line)[0] == '[' || (key > 0 && (*line)[key] == '='));
		for (const char *p = *line; *p; p++)
			require(*p != '\r' && *p != '\t' && *p != '%');
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct host_nic nics[] = {
		{ (char *)"ens3", (char *)"52:54:00:12:34:56", true },
		{ (char *)"ens4", (char *)"52:54:00:12:34:57", false },
	};
	const struct host_machine machine = { nics, ARRAY_SIZE(nics), "ens3", "ens3" };
	autofree char *conf = NULL, *again = NULL;
	autoproblems struct problems problems = { 0 };
	autounits struct host_units units = { 0 };
	autohost struct host host = { 0 };

	if (host_read_kickstart((const char *)data, size, "fuzz", &host, &problems) < 0) {
		require(problems_count(&problems) > 0);
		return 0;
	}
	if (host_write_networkd(&host, &machine, &units, NULL, NULL) == 0)
		for (size_t i = 0; i < units.count; i++)
			check_unit(units.items[i].text);
	conf = host_conf_text(&host);
	host_done(&host);
	if (strlen(conf) > KS_MAX_BYTES)
		return 0;
	require(host_read_kickstart(conf, strlen(conf), "conf", &host, NULL) == 0);
	again = host_conf_text(&host);
	require(streq(conf, again));
	return 0;
}
