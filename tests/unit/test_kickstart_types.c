// SPDX-License-Identifier: MIT
/* The kinds of value that options take, one row a value. */
#include "tests/expect.h"

#include "kickstart/options.h"

/* A value that its type refuses has NULL as result. */
static const struct {
	int line;
	const struct ks_type *type;
	const char *text, *result;
} types[] = {
	{ __LINE__, &ks_ipv4, "192.0.2.10", "192.0.2.10" },
	{ __LINE__, &ks_ipv4, "192.0.2.256", NULL },
	{ __LINE__, &ks_ipv4, "192.0.2", NULL },
	{ __LINE__, &ks_ipv4, "192.0.2.1 ", NULL },
	{ __LINE__, &ks_ipv4, "", NULL },
	{ __LINE__, &ks_ipv6, "2001:DB8:0:0::1", "2001:db8::1" },
	{ __LINE__, &ks_ipv6, "192.0.2.1", NULL },
	{ __LINE__, &ks_ip, "::1", "::1" },
	{ __LINE__, &ks_ip, "10.0.0.1", "10.0.0.1" },
	{ __LINE__, &ks_ip, "host", NULL },
	{ __LINE__, &ks_ipv6_prefix, "2001:db8::1/64", "2001:db8::1/64" },
	{ __LINE__, &ks_ipv6_prefix, "2001:db8::1", NULL },
	{ __LINE__, &ks_ipv6_prefix, "2001:db8::1/129", NULL },
	{ __LINE__, &ks_netmask, "255.255.255.0", "255.255.255.0" },
	{ __LINE__, &ks_netmask, "24", "255.255.255.0" },
	{ __LINE__, &ks_netmask, "32", "255.255.255.255" },
	{ __LINE__, &ks_netmask, "1", "128.0.0.0" },
	{ __LINE__, &ks_netmask, "0", NULL },
	{ __LINE__, &ks_netmask, "33", NULL },
	{ __LINE__, &ks_netmask, "0.0.0.0", NULL },
	{ __LINE__, &ks_netmask, "255.0.255.0", NULL },
	{ __LINE__, &ks_netmask, "0.0.0.255", NULL },
	{ __LINE__, &ks_mac, "52:54:00:12:34:5F", "52:54:00:12:34:5f" },
	{ __LINE__, &ks_mac, "52-54-00-12-34-56", "52:54:00:12:34:56" },
	{ __LINE__, &ks_mac, "52:54-00:12:34:56", NULL },
	{ __LINE__, &ks_mac, "52:54:00:12:34", NULL },
	{ __LINE__, &ks_mac, "52:54:00:12:34:5g", NULL },
	{ __LINE__, &ks_mac, "52x54x00x12x34x56", NULL },
	{ __LINE__, &ks_hostname, "node1", "node1" },
	{ __LINE__, &ks_hostname, "a-b.example.com", "a-b.example.com" },
	{ __LINE__, &ks_hostname, "3com.example", "3com.example" },
	{ __LINE__, &ks_hostname, "-a", NULL },
	{ __LINE__, &ks_hostname, "a-", NULL },
	{ __LINE__, &ks_hostname, "a-.b", NULL },
	{ __LINE__, &ks_hostname, "a..b", NULL },
	{ __LINE__, &ks_hostname, "a.b.", NULL },
	{ __LINE__, &ks_hostname, "a_b", NULL },
	{ __LINE__, &ks_hostname, "10.0.0.999", NULL },
	{ __LINE__, &ks_hostname,
	  "a23456789012345678901234567890123456789012345678901234567890123",
	  "a23456789012345678901234567890123456789012345678901234567890123" },
	{ __LINE__, &ks_hostname,
	  "a234567890123456789012345678901234567890123456789012345678901234", NULL },
	{ __LINE__, &ks_host, "2001:DB8::1", "2001:db8::1" },
	{ __LINE__, &ks_host, "node.example", "node.example" },
	{ __LINE__, &ks_host, "1.2.3", NULL },
	{ __LINE__, &ks_host_port, "node:8443", "node:8443" },
	{ __LINE__, &ks_host_port, "node", "node" },
	{ __LINE__, &ks_host_port, "192.0.2.1:1", "192.0.2.1:1" },
	{ __LINE__, &ks_host_port, "[2001:DB8::1]:8443", "[2001:db8::1]:8443" },
	{ __LINE__, &ks_host_port, "2001:db8::1", "2001:db8::1" },
	{ __LINE__, &ks_host_port, "[2001:db8::1]", "2001:db8::1" },
	{ __LINE__, &ks_host_port, "[node]:1", NULL },
	{ __LINE__, &ks_host_port, "node:", NULL },
	{ __LINE__, &ks_host_port, "node:0", NULL },
	{ __LINE__, &ks_host_port, "node:65536", NULL },
	{ __LINE__, &ks_host_port, ":80", NULL },
	{ __LINE__, &ks_host_port, "[::1]x", NULL },
	{ __LINE__, &ks_host_port, "https://node", NULL },
	{ __LINE__, &ks_interface, "enp3s0f1.100", "enp3s0f1.100" },
	{ __LINE__, &ks_interface, "123456789012345", "123456789012345" },
	{ __LINE__, &ks_interface, "1234567890123456", NULL },
	{ __LINE__, &ks_interface, "..", NULL },
	{ __LINE__, &ks_interface, "a/b", NULL },
	{ __LINE__, &ks_interface, "a b", NULL },
	{ __LINE__, &ks_interface, "eth0:1", NULL },
	{ __LINE__, &ks_interface, "\xc3\xbc", NULL },
	{ __LINE__, &ks_path, "/srv/images", "/srv/images" },
	{ __LINE__, &ks_path, "/", "/" },
	{ __LINE__, &ks_path, "/a/..b/.c", "/a/..b/.c" },
	{ __LINE__, &ks_path, "srv", NULL },
	{ __LINE__, &ks_path, "/a/../b", NULL },
	{ __LINE__, &ks_path, "/a/.", NULL },
	{ __LINE__, &ks_path, "/..", NULL },
	{ __LINE__, &ks_url, "https://a.example/x?y=z", "https://a.example/x?y=z" },
	{ __LINE__, &ks_url, "file:///srv/x", "file:///srv/x" },
	{ __LINE__, &ks_url, "file://host/x", NULL },
	{ __LINE__, &ks_url, "http:///x", NULL },
	{ __LINE__, &ks_url, "ftp://a/x", NULL },
	{ __LINE__, &ks_url, "http://u:p@a/x", NULL },
	{ __LINE__, &ks_url, "http://a/x@y", "http://a/x@y" },
	{ __LINE__, &ks_url, "http://a/x y", NULL },
	{ __LINE__, &ks_http_url, "file:///x", NULL },
	{ __LINE__, &ks_iqn, "iqn.2026-01.com.example:disk1", "iqn.2026-01.com.example:disk1" },
	{ __LINE__, &ks_iqn, "iqn.2026-01.com.example", "iqn.2026-01.com.example" },
	{ __LINE__, &ks_iqn, "iqn.2026-01.", NULL },
	{ __LINE__, &ks_iqn, "iqn.2026.com.example", NULL },
	{ __LINE__, &ks_iqn, "iqn.2026-01.com.Example:x", NULL },
	{ __LINE__, &ks_iqn, "iqn.", NULL },
	{ __LINE__, &ks_iqn, "iqn.2026", NULL },
	{ __LINE__, &ks_iqn, "eui.0123456789abcdef", "eui.0123456789abcdef" },
	{ __LINE__, &ks_iqn, "eui.0123456789abcde", NULL },
	{ __LINE__, &ks_iqn, "naa.0123456789abcdef0123456789abcdef",
	  "naa.0123456789abcdef0123456789abcdef" },
	{ __LINE__, &ks_iqn, "disk1", NULL },
	{ __LINE__, &ks_key_value, "a=b=c", "a=b=c" },
	{ __LINE__, &ks_key_value, "=b", NULL },
	{ __LINE__, &ks_key_value, "a=", NULL },
	{ __LINE__, &ks_key_value, "a", NULL },
	{ __LINE__, &ks_text, "", "" },
};

static void test_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct ks_value value = { 0 };
		bool is_good = types[i].type->read(NULL, types[i].text, &value);

		expect_text(&types[i], is_good ? value.text : NULL, types[i].result);
		if (!is_good && value.text)
			fail_msg("row of line %d: a value, although it was refused", types[i].line);
		free(value.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
