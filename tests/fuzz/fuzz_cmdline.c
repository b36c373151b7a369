// SPDX-License-Identifier: MIT
/*
 * Any bytes as a kernel command line: reading never crashes, and what was accepted is a configuration
 * that the kickstart reader takes too, in its normal form (it goes through host.conf).
 */
#include "host/write.h"
#include "tests/host_text.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct host_nic nics[] = { { (char *)"ens3", (char *)"52:54:00:12:34:56", true } };
	const struct host_machine machine = { nics, ARRAY_SIZE(nics), "ens3", "ens3" };
	autofree char *text = xstrndup((const char *)data, size), *conf = NULL, *again = NULL;
	autoproblems struct problems problems = { 0 };
	autounits struct host_units units = { 0 };
	autoboot struct host_boot boot = { 0 };
	autohost struct host host = { 0 };

	if (host_read_cmdline(text, "cmdline", &host, &boot, &problems) < 0) {
		require(problems_count(&problems) > 0);
		return 0;
	}
	conf = host_conf_text(&host);
	(void)host_write_networkd(&host, &machine, &units, NULL, NULL);
	host_done(&host);
	require(host_read_kickstart(conf, strlen(conf), "conf", &host, NULL) == 0);
	again = host_conf_text(&host);
	require(streq(conf, again));
	return 0;
}
