// SPDX-License-Identifier: MIT
/*
 * A host's kickstart: what is read, normalised, and every message verbatim. The tables themselves are
 * checked too, and that a struct survives being copied, merged and written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/write.h"
#include "tests/host_text.h"

/* The text, and its normal form or the problems. */
static const struct text_row rows[] = {
	{ __LINE__, "network --hostname=node1",
	  "network --hostname=node1" },
	{ __LINE__, "network --bootproto=dhcp",
	  "network --bootproto=dhcp" },
	{ __LINE__, "network --device=br0 --bridgeslaves=bootif --bootproto=dhcp --hostname=n1",
	  "network --hostname=n1\n"
	  "network --device=br0 --bootproto=dhcp --bridgeslaves=bootif" },
	{ __LINE__, "network --device=ens3 --hostname=a\n"
		  "network --device=ens4 --hostname=b",
	  "ks:2: network --hostname: given twice: the first one is at ks:1" },
	{ __LINE__, "netwrok --device=ens3",
	  "ks:1: netwrok: unknown command: did you mean network?" },
	{ __LINE__, "network --devic=ens3",
	  "ks:1: network --devic: unknown option: did you mean --device?" },
	{ __LINE__, "appliance --server=roost.example.com "
		  "--fingerprint=00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:"
		  "55:66:77:88:99:AA:BB:CC:DD:EE:FF",
	  "appliance.server roost.example.com\n"
	  "appliance.fingerprint "
	  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" },
	{ __LINE__, "appliance",
	  "ks:1: appliance: expected --server, --fingerprint, --confirm or several of them" },
	{ __LINE__, "appliance --server=a b",
	  "ks:1: appliance: unexpected argument \"b\": expected an option that begins "
	  "with --" },
	{ __LINE__, "iscsiname iqn.2026-01.com.example:node1",
	  "iscsiname iqn.2026-01.com.example:node1" },
	{ __LINE__, "iscsiname node1",
	  "ks:1: iscsiname iqn: \"node1\" is not valid: expected an iSCSI name in lower "
	  "case such as iqn.2026-01.com.example:disk1" },
	{ __LINE__, "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --user=in "
		  "--password=insecret12345",
	  "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --user=in "
	  "--password=insecret12345" },
	{ __LINE__, "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --user=in",
	  "ks:1: iscsi --password: missing: CHAP needs --user and --password" },
	{ __LINE__, "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --reverse-user=a "
		  "--reverse-password=b",
	  "ks:1: iscsi --user: missing: mutual CHAP needs --user and --password too" },
	{ __LINE__, "iscsi --ipaddr=10.0.2.2", "iscsi --ipaddr=10.0.2.2" },
	{ __LINE__, "iscsi --ipaddr=10.0.2.2\niscsi --ipaddr=10.0.2.2",
	  "ks:2: iscsi --ipaddr: duplicate discovery \"10.0.2.2\": the first one is at ks:1" },
	{ __LINE__, "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --header-digest=md5",
	  "ks:1: iscsi --header-digest: \"md5\" is not valid: expected one of none, crc32c" },
	{ __LINE__, "network --device=ens3 --bootproto=dhcp\n"
		    "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --iface=ens4",
	  "ks:2: iscsi --iface: \"ens4\" is not there: expected a device that a network command "
	  "configures" },
	{ __LINE__, "network --device=br0 --bootproto=dhcp --bridgeslaves=ens3\n"
		    "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --iface=ens3",
	  "ks:2: iscsi --iface: \"ens3\" is a port of br0 and has no address: expected br0" },
	{ __LINE__, "network --device=bootif --bootproto=dhcp\n"
		    "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --iface=bootif",
	  "ks:2: iscsi --iface: \"bootif\" is not a device's own name: expected one such as ens3" },
	{ __LINE__, "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2\n"
		  "iscsi --target=iqn.2026-01.test:d1 --ipaddr=10.0.2.2 --port=3260",
	  "ks:2: iscsi --target: duplicate target \"iqn.2026-01.test:d1\": the first one "
	  "is at ks:1" },
	{ __LINE__, "pool --name=nfs1 --type=netfs --source-host=10.0.2.2 --source-path=/export "
		  "--opts=nfsvers=4.2,ro",
	  "pool --name=nfs1 --type=netfs --source-host=10.0.2.2 --source-path=/export "
	  "--opts=nfsvers=4.2,ro" },
	{ __LINE__, "pool --name=nfs1 --type=netfs --source-host=10.0.2.2",
	  "ks:1: pool --source-path: missing: a storage pool of type netfs needs it" },
	{ __LINE__, "pool --name=d --type=dir --target=/srv --source-host=a",
	  "ks:1: pool --source-host: does not belong to a storage pool of type dir" },
	{ __LINE__, "pool --name=i --type=iscsi --source-host=10.0.2.2 "
		  "--source-dev=iqn.2026-01.test:d1",
	  "pool --name=i --type=iscsi --source-host=10.0.2.2 "
	  "--source-dev=iqn.2026-01.test:d1" },
	{ __LINE__, "pool --name=i --type=iscsi --source-host=10.0.2.2 --source-dev=/dev/sda",
	  "ks:1: pool --source-dev: \"/dev/sda\" is not valid: expected an iSCSI name in "
	  "lower case such as iqn.2026-01.com.example:disk1" },
	{ __LINE__, "pool --name=v --type=logical --source-name=vg0 --source-dev=/dev/disk/by-id/wwn-0x1",
	  "pool --name=v --type=logical --source-dev=/dev/disk/by-id/wwn-0x1 --source-name=vg0" },
	{ __LINE__, "pool --name=../x --type=dir --target=/srv",
	  "ks:1: pool --name: \"../x\" is not valid: expected at most 64 letters, "
	  "digits, dots, dashes and underscores, the first a letter or a digit" },
	{ __LINE__, "pool --name=x --type=zfs",
	  "ks:1: pool --type: \"zfs\" is not valid: expected one of netfs, iscsi, "
	  "logical, dir" },
	{ __LINE__, "pool --name=d --type=dir --target=/a\n"
		  "pool --name=d --type=dir --target=/b",
	  "ks:2: pool --name: duplicate pool \"d\": the first one is at ks:1" },
	{ __LINE__, "timezone Europe/Berlin --utc",
	  "timezone --utc Europe/Berlin" },
	{ __LINE__, "timezone ../etc/passwd",
	  "ks:1: timezone zone: \"../etc/passwd\" is not valid: expected a time zone "
	  "such as Europe/Berlin or UTC" },
	{ __LINE__, "timezone",
	  "ks:1: timezone: expected a time zone such as Europe/Berlin, or an option" },
	{ __LINE__, "timesource --ntp-server=192.0.2.1\n"
		  "timesource --ntp-pool=pool.ntp.org",
	  "timesource --ntp-server=192.0.2.1\n"
	  "timesource --ntp-pool=pool.ntp.org" },
	{ __LINE__, "timesource",
	  "ks:1: timesource: expected exactly one of --ntp-server, --ntp-pool, "
	  "--ntp-disable" },
	{ __LINE__, "timesource --ntp-disable\n"
		  "timesource --ntp-server=a",
	  "ks:1: timesource --ntp-disable: contradicts the other timesource commands" },
	{ __LINE__, "logging --host=log.example.com --netconsole=6666",
	  "logging.host log.example.com\n"
	  "logging.netconsole 6666" },
	{ __LINE__, "logging --netconsole=6666",
	  "ks:1: logging: expected --host beside --fingerprint and --netconsole" },
	{ __LINE__, "logging --host=log.example.com --port=6514",
	  "logging.host log.example.com\n"
	  "logging.port 6514" },
	{ __LINE__, "sshkey --username=root \"ssh-ed25519 "
		  "AAAAC3NzaC1lZDI1NTE5AAAAIKNnaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa me\"",
	  "sshkey --username=root \"ssh-ed25519 "
	  "AAAAC3NzaC1lZDI1NTE5AAAAIKNnaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa me\"" },
	{ __LINE__, "sshkey --username=root \"command=x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKNn\"",
	  "ks:1: sshkey key: \"command=x ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKNn\" is "
	  "not valid: expected a public key as in authorized_keys, in quotes: "
	  "\"ssh-ed25519 AAAA... name\"" },
	{ __LINE__, "rootpw --lock",
	  "rootpw --lock" },
	{ __LINE__, "rootpw --iscrypted secret",
	  "ks:1: rootpw: --iscrypted: the value is no hash of crypt(5) such as $y$..." },
	{ __LINE__, "rootpw",
	  "ks:1: rootpw: expected a password, or --lock" },
	{ __LINE__, "firewall --enabled --port=22,16514:tcp --service=ssh",
	  "firewall --enabled --port=22:tcp,16514:tcp --service=ssh" },
	{ __LINE__, "firewall --enabled --disabled",
	  "ks:1: firewall --disabled: contradicts --enabled: expected one of the two" },
	{ __LINE__, "firewall --service=vnc-server --remove-service=ssh --trust=mgmt0,br0.10",
	  "firewall --service=vnc-server --remove-service=ssh --trust=mgmt0,br0.10" },
	{ __LINE__, "firewall --service=ssh --remove-service=ssh",
	  "ks:1: firewall --remove-service: contradicts --service=ssh: expected one of the two" },
	{ __LINE__, "firewall --service=nfs",
	  "ks:1: firewall --service: \"nfs\" is not valid: expected ssh, libvirt-tls, libvirt, migration or "
	  "vnc-server (others by --port), or several separated by \",\"" },
	/* what would be another rule, or any device, in the file that nft reads */
	{ __LINE__, "firewall --trust='a\"accept'",
	  "ks:1: firewall --trust: \"a\"accept\" is not valid: expected an interface name such as eno1, of 15 "
	  "letters, digits, dots, dashes at most, or several separated by \",\"" },
	{ __LINE__, "firewall --trust=e*",
	  "ks:1: firewall --trust: \"e*\" is not valid: expected an interface name such as eno1, of 15 letters, "
	  "digits, dots, dashes at most, or several separated by \",\"" },
	{ __LINE__, "services --enabled=sshd --disabled=foo",
	  "services --enabled=sshd --disabled=foo" },
	{ __LINE__, "%pre\n"
		  "touch /x\n"
		  "%end",
	  "ks:1: %pre: refused: a host's kickstart runs no code: expected commands only" },
	{ __LINE__, "%post --nochroot\n"
		  "x\n"
		  "%end",
	  "ks:1: %post: refused: a host's kickstart runs no code: expected commands only" },
	{ __LINE__, "%packages\n"
		  "a\n"
		  "%end",
	  "ks:1: %packages: refused: packages belong to the image: expected a host's "
	  "commands only" },
	{ __LINE__, "%include http://x/y",
	  "ks:1: %include: this kickstart may not include other files" },
	{ __LINE__, "timezone UTC\n"
		  "timezone UTC",
	  "ks:2: timezone: given twice: the first one is at ks:1" },
};

static void test_kickstarts(void **state)
{
	(void)state;
	expect_text_rows(rows, host_kickstart_text);
}

static void test_normal_form_is_stable(void **state)
{
	(void)state;
	expect_stable_rows(rows);
}

static void test_tables(void **state)
{
	autoproblems struct problems problems = { 0 };

	(void)state;
	if (ks_check_language(&host_language, &problems) < 0)
		fail_msg("%s", problems.items[0]);
	for (const struct host_key *key = host_keys; key->name; key++) {
		if (key->option)
			assert_non_null(ks_find_option(key->command, key->option));
		assert_ptr_equal(host_key_find(key->name), key);
	}
}

static void test_check_kickstart(void **state)
{
	autoproblems struct problems problems = { 0 };

	(void)state;
	assert_int_equal(host_check_kickstart("timezone UTC\n", "pool p", &problems), 0);
	assert_int_equal(host_check_kickstart("timezome UTC\n", "pool p", &problems), -1);
	assert_string_equal(problems.items[0],
			    "pool p:1: timezome: unknown command: did you mean timezone?");
}

static void read_layer(const char *text, const char *name, struct host *ret)
{
	assert_int_equal(host_read_kickstart(text, strlen(text), name, ret, NULL), 0);
}

static void test_merge(void **state)
{
	const struct host *layers[HOST_SOURCES] = { NULL };
	struct host low = { 0 }, high = { 0 };
	struct host_merged merged;
	char *text;
	size_t len;
	FILE *out;

	(void)state;
	read_layer("network --device=br0 --bridgeslaves=bootif --hostname=low\n"
		   "timesource --ntp-server=a\n"
		   "appliance --server=a.example --fingerprint="
		   "0000000000000000000000000000000000000000000000000000000000000000\n"
		   "logging --host=l.example\n", "default", &low);
	read_layer("appliance --server=b.example\n"
		   "timesource --ntp-server=b\ntimesource --ntp-server=c\n"
		   "logging --port=6514 --host=m.example\n", "cmdline", &high);
	layers[HOST_SOURCE_DEFAULT] = &low;
	layers[HOST_SOURCE_CMDLINE] = &high;
	host_merge(layers, &merged);
	out = xopen_memstream(&text, &len);
	host_write_conf(out, &merged, 0);
	fclose(out);
	assert_string_equal(strchr(text, '\n') + 1,
		"# from default:1\nnetwork --hostname=low\n"
		"# from cmdline:1\n# from default:3\nappliance --server=b.example --fingerprint="
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"# from default:1\nnetwork --device=br0 --bridgeslaves=bootif\n"
		"# from cmdline:2\ntimesource --ntp-server=b\n"
		"# from cmdline:3\ntimesource --ntp-server=c\n"
		"# from cmdline:4\nlogging --host=m.example --port=6514\n");
	assert_int_equal(merged.trace[host_key_find("timesource") - host_keys].sources,
			 1u << HOST_SOURCE_DEFAULT | 1u << HOST_SOURCE_CMDLINE);
	assert_int_equal(merged.trace[host_key_find("iscsi") - host_keys].winner, -1);
	free(text);
	host_merged_done(&merged);
	host_done(&low);
	host_done(&high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kickstarts),
		cmocka_unit_test(test_normal_form_is_stable),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_check_kickstart),
		cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
