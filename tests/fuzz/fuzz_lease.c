// SPDX-License-Identifier: MIT
/*
 * A lease as bytes of a hostile DHCP server: whatever is accepted is addresses and host names alone.
 */
#include "node/lease.h"

#define ADDRESS "0123456789abcdef.:/"
#define NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void require_only(const char *text, const char *characters)
{
	if (text[strspn(text, characters)] != '\0')
		abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	autoproblems struct problems problems = { 0 };
	autolease struct lease lease = { 0 };

	if (lease_read(text, &lease, &problems) < 0) {
		if (problems_count(&problems) == 0 || lease.address)
			abort();
		return 0;
	}
	require_only(lease.address, ADDRESS);
	for (size_t i = 0; i < lease.routes_count; i++) {
		require_only(lease.routes[i].to, ADDRESS);
		require_only(lease.routes[i].gateway, ADDRESS);
	}
	for (size_t i = 0; lease.nameservers && lease.nameservers[i]; i++)
		require_only(lease.nameservers[i], ADDRESS);
	for (size_t i = 0; lease.search && lease.search[i]; i++)
		require_only(lease.search[i], NAME);
	return 0;
}
