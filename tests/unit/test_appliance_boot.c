// SPDX-License-Identifier: MIT
/*
 * Boot scripts: MAC addresses and Host headers from the network, the appliance's own name, the image of
 * a folder, and the script as it comes out. PAINS 13 (nothing secret in it).
 */
#include "appliance/boot_folder.h"
#include "appliance/host_macs.h"
#include "appliance/ipxe.h"
#include "appliance/reach.h"
#include "common/manifest.h"
#include "tests/root.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* ---- What clients send -------------------------------------------------------------------------- */

static const struct {
	unsigned line;
	const char *text;
	const char *mac; /* NULL: refused */
} macs[] = {
	{ __LINE__, "52-54-00-12-34-56", "52-54-00-12-34-56" },
	{ __LINE__, "52:54:00:12:34:56", "52-54-00-12-34-56" },
	{ __LINE__, "52:54:00:AB:CD:EF", "52-54-00-ab-cd-ef" },
	{ __LINE__, "00-00-00-00-00-01", "00-00-00-00-00-01" },
	{ __LINE__, "00-00-00-00-00-00", NULL },
	{ __LINE__, "ff:ff:ff:ff:ff:ff", NULL },
	{ __LINE__, "01:00:5e:00:00:01", NULL },
	{ __LINE__, "52-54-00:12:34:56", NULL },
	{ __LINE__, "52.54.00.12.34.56", NULL },
	{ __LINE__, "525400123456", NULL },
	{ __LINE__, "52-54-00-12-34-5", NULL },
	{ __LINE__, "52-54-00-12-34-567", NULL },
	{ __LINE__, "52-54-00-12-34-56-78", NULL },
	{ __LINE__, "52-54-00-12-34-5g", NULL },
	{ __LINE__, "52-54-00-12-34-56 ", NULL },
	{ __LINE__, "52-54-00-12-34-56\n", NULL },
	{ __LINE__, "01-52-54-00-12-34-56", NULL }, /* BOOTIF's form is another one */
	{ __LINE__, "${net0/mac}", NULL },
	{ __LINE__, "", NULL },
};

static void test_macs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(macs); i++) {
		char mac[MAC_LEN + 1] = "untouched";
		bool is_mac = mac_read(macs[i].text, mac);

		if (!streq(mac, macs[i].mac ? macs[i].mac : "untouched") || is_mac != !!macs[i].mac)
			fail_msg("line %u: got %s", macs[i].line, mac);
	}
}

static const struct {
	unsigned line;
	const char *header;
	const char *url; /* NULL: refused */
} hosts[] = {
	{ __LINE__, "192.0.2.1", "http://192.0.2.1" },
	{ __LINE__, "192.0.2.1:8080", "http://192.0.2.1:8080" },
	{ __LINE__, "Appliance.Example.NET:80", "http://appliance.example.net:80" },
	{ __LINE__, "[2001:DB8:0::1]:8080", "http://[2001:db8::1]:8080" },
	{ __LINE__, "[::1]", "http://[::1]" },
	{ __LINE__, "", NULL },
	{ __LINE__, ":8080", NULL },
	{ __LINE__, "192.0.2.1:", NULL },
	{ __LINE__, "192.0.2.1:0", NULL },
	{ __LINE__, "192.0.2.1:65536", NULL },
	{ __LINE__, "192.0.2.1:+80", NULL },
	{ __LINE__, "192.0.2.1: 80", NULL },
	{ __LINE__, "192.0.2.1:80:80", NULL },
	{ __LINE__, "::1", NULL },
	{ __LINE__, "2001:db8::1", NULL },
	{ __LINE__, "[::1", NULL },
	{ __LINE__, "[]", NULL },
	{ __LINE__, "[::1]8080", NULL },
	{ __LINE__, "[192.0.2.1]", NULL },
	{ __LINE__, "[name]", NULL },
	{ __LINE__, "a b", NULL },
	{ __LINE__, "a/b", NULL },
	{ __LINE__, "user@host", NULL },
	{ __LINE__, "host?x", NULL },
	{ __LINE__, "${hostname}", NULL },
	{ __LINE__, "host\nset args evil", NULL },
	{ __LINE__, "host||shell", NULL },
	{ __LINE__, "-host", NULL },
	{ __LINE__, "h\xc3\xb6st", NULL },
};

static void test_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		struct origin origin = { NULL, 0 };
		int r = origin_read(hosts[i].header, &origin);
		autofree char *url = r < 0 ? NULL : origin_url("http", origin.host, origin.port);

		if (!streq_null(url, hosts[i].url))
			fail_msg("line %u: got %s", hosts[i].line, url ? url : "refused");
		free(origin.host);
	}
}

/* The certificate decides which name a host is told. */
static void test_appliance_name(void **state)
{
	char *names[] = { "localhost", "appliance.example.net", "192.0.2.1", NULL };
	struct reach given = { .names = names, .name = "appliance.example.net", .nodes_port = 8443 };
	struct reach bound = { .names = names, .nodes_host = "2001:db8::1", .nodes_port = 8443 };
	struct reach open = { .names = names, .nodes_port = 8443 };
	const struct {
		unsigned line;
		const struct reach *reach;
		const char *asked, *told;
		bool is_trusted;
	} cases[] = {
		{ __LINE__, &given, "192.0.2.1", "192.0.2.1:8443", true },
		{ __LINE__, &given, "192.0.2.77", "appliance.example.net:8443", true },
		{ __LINE__, &bound, "192.0.2.1", "192.0.2.1:8443", true },
		{ __LINE__, &bound, "192.0.2.77", "[2001:db8::1]:8443", true },
		{ __LINE__, &open, "192.0.2.1", "192.0.2.1:8443", true },
		{ __LINE__, &open, "192.0.2.77", "192.0.2.77:8443", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool is_trusted;
		autofree char *told = reach_appliance(cases[i].reach, cases[i].asked, &is_trusted);

		if (!streq(told, cases[i].told) || is_trusted != cases[i].is_trusted)
			fail_msg("line %u: got %s", cases[i].line, told);
	}
}

/* ---- The image ---------------------------------------------------------------------------------- */

#define MANIFEST(version) "{\"version\":\"" version "\",\"ram_mib\":512,\"layers\":[{\"name\":\"a\"," \
	"\"size_bytes\":1,\"sha256\":\"" HEX "\"}],\"bootloader\":{\"append\":\"console=ttyS0\"," \
	"\"timeout_s\":3}}"

static void test_image(void **state)
{
	autofree char *sum = sha256_text(MANIFEST("1"), strlen(MANIFEST("1")));
	struct boot_images images;
	struct boot_image image = { 0 };

	(void)state;
	boot_images_init(&images);
	assert_int_equal(boot_image_get(&images, NULL, &image, NULL), -1);
	assert_int_equal(boot_image_get(&images, root, &image, NULL), -1);
	put(BOOT_MANIFEST, MANIFEST("1"));
	assert_int_equal(boot_image_get(&images, root, &image, NULL), 0);
	assert_string_equal(image.version, "1");
	assert_string_equal(image.manifest_sha256, sum);
	assert_string_equal(image.arguments, "console=ttyS0");
	assert_int_equal(image.timeout_s, 3);
	boot_image_done(&image);

	/* The site's arguments win; a new image is seen at once. */
	put(BOOT_SCRIPT, "#!ipxe\nset args root=roost quiet\r\nset args other\n");
	put(BOOT_MANIFEST, MANIFEST("2"));
	assert_int_equal(boot_image_get(&images, root, &image, NULL), 0);
	assert_string_equal(image.version, "2");
	assert_string_equal(image.arguments, "root=roost quiet");
	boot_image_done(&image);

	/* A broken one is not served, and the last good one is not served in its place. */
	put(BOOT_MANIFEST, "{}");
	assert_int_equal(boot_image_get(&images, root, &image, NULL), -1);
	put(BOOT_MANIFEST, MANIFEST("3"));
	assert_int_equal(boot_image_get(&images, root, &image, NULL), 0);
	assert_string_equal(image.version, "3");
	boot_image_done(&image);
	boot_images_done(&images);
}

static void test_arguments_that_are_refused(void **state)
{
	static const char *const lines[] = {
		"set args roost.token=abc", "set args iscsi_password=x", "set args a ${net0/mac}",
		"set args a && shell", "set args a\x01", "set args \"a b\"", "set args a;b",
	};
	struct boot_images images;

	(void)state;
	boot_images_init(&images);
	put(BOOT_MANIFEST, MANIFEST("1"));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct boot_image image = { 0 };
		autoproblems struct problems problems = { 0 };

		put(BOOT_SCRIPT, lines[i]);
		if (boot_image_get(&images, root, &image, &problems) == 0)
			fail_msg("%s: taken", lines[i]);
		assert_true(problems_count(&problems) > 0);
	}
	boot_images_done(&images);
}

static void test_files_for_everyone(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	put("open", "text");
	put_mode("closed", 0640, "text");
	fd = boot_file_open(root, "open", &st);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(boot_file_open(root, "closed", &st), -1);
	assert_int_equal(boot_file_open(root, "../../etc/passwd", &st), -1);
	assert_int_equal(boot_file_open(root, "/etc/passwd", &st), -1);
	assert_int_equal(boot_file_open(root, ".", &st), -1);
}

/* ---- The script --------------------------------------------------------------------------------- */

static struct ipxe_boot boot_of(struct boot_image *image)
{
	return (struct ipxe_boot){
		.image = image,
		.mac = "52-54-00-12-34-56",
		.base = "http://192.0.2.1:8080/boot",
		.appliance = "192.0.2.1:8443",
		.fingerprint = "f1",
	};
}

static const struct {
	unsigned line;
	const char *image;     /* arguments of the image */
	const char *expected;  /* after root=roost */
} arguments[] = {
	{ __LINE__, "", "roost.url=http://192.0.2.1:8080/boot/roost roost.manifest=m1 "
	  "roost.appliance=192.0.2.1:8443 roost.fingerprint=f1" },
	/* What this server knows better, and mirrors after it. */
	{ __LINE__, "root=roost roost.url=http://192.0.2.1:8080/boot/roost roost.url=http://m/roost "
	  "roost.manifest=old console=ttyS0 BOOTIF=01-aa initrd=x quiet",
	  "roost.url=http://192.0.2.1:8080/boot/roost roost.url=http://m/roost roost.manifest=m1 "
	  "roost.appliance=192.0.2.1:8443 roost.fingerprint=f1 console=ttyS0 quiet" },
	/* An appliance that roost-pxe was given stays, with its own fingerprint or none. */
	{ __LINE__, "roost.appliance=other roost.fingerprint=f2", "roost.url=http://192.0.2.1:8080/boot/roost "
	  "roost.manifest=m1 roost.appliance=other roost.fingerprint=f2" },
	{ __LINE__, "roost.appliance=other", "roost.url=http://192.0.2.1:8080/boot/roost roost.manifest=m1 "
	  "roost.appliance=other" },
};

static void test_arguments(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(arguments); i++) {
		struct boot_image image = { "1", "m1", (char *)arguments[i].image, 3 };
		struct ipxe_boot boot = boot_of(&image);
		autofree char *expected = xasprintf("root=roost %s BOOTIF=01-52-54-00-12-34-56",
						    arguments[i].expected);
		autofree char *got = NULL;

		assert_int_equal(ipxe_arguments(&boot, &got, NULL), 0);
		if (!streq(got, expected))
			fail_msg("line %u: got %s", arguments[i].line, got);
	}
}

/* Mirrors give way first; what still does not fit is an error, never cut. */
static void test_long_arguments(void **state)
{
	static char mirrors[1900] = "roost.url=http://m/", own[2000];
	struct boot_image image = { "1", "m1", mirrors, 3 };
	struct ipxe_boot boot = boot_of(&image);
	autoproblems struct problems problems = { 0 };
	autofree char *got = NULL;

	(void)state;
	memset(mirrors + strlen(mirrors), 'a', sizeof(mirrors) - 1 - strlen(mirrors));
	assert_int_equal(ipxe_arguments(&boot, &got, NULL), 0);
	assert_null(strstr(got, "http://m/"));
	memset(own, 'a', sizeof(own) - 1);
	image.arguments = own;
	free(take_ptr(got));
	assert_int_equal(ipxe_arguments(&boot, &got, &problems), -1);
	assert_int_equal(problems_count(&problems), 1);
}

static void test_script(void **state)
{
	struct boot_image image = { "2026.11\nshell", "m1", "quiet", 3 };
	struct ipxe_boot boot = boot_of(&image);
	autofree char *got = NULL;

	(void)state;
	boot.host = "n1";
	boot.pool = "web";
	assert_int_equal(ipxe_script(&boot, &got, NULL), 0);
	assert_string_equal(got,
		"#!ipxe\n"
		"# Roost 2026.11?shell for 52-54-00-12-34-56: host n1, pool web\n"
		"# Written by roost-appliance for each request.\n"
		"\n"
		"set base http://192.0.2.1:8080/boot\n"
		"set args root=roost roost.url=http://192.0.2.1:8080/boot/roost roost.manifest=m1 "
		"roost.appliance=192.0.2.1:8443 roost.fingerprint=f1 quiet BOOTIF=01-52-54-00-12-34-56\n"
		"prompt --key d --timeout 3000 Press d to see everything that happens: && "
		"set args ${args} loglevel=7 systemd.show_status=yes rd.info roost.debug ||\n"
		"\n"
		":load\n"
		"kernel ${base}/roost/vmlinuz ${args} initrd=initrd.img initrd=net.img || goto failed\n"
		"initrd --name initrd.img ${base}/roost/initrd.img || goto failed\n"
		"initrd --name net.img ${base}/roost/net.img || goto failed\n"
		"boot || goto failed\n"
		"\n"
		":failed\n"
		"imgfree\n"
		"prompt --timeout 15000 That failed; the line above says why. Trying again in 15 "
		"seconds, unless you press a key: && shell || goto load\n");
}

/* ---- Hosts by their cards ----------------------------------------------------------------------- */

static void put_host(struct store *store, const char *id, enum admission admission, const char *mac)
{
	autofree char *facts = xasprintf("{\"system\": {}, \"nics\": [{\"mac\": \"%s\"}]}", mac);
	struct host_record host = {
		.id = (char *)id, .admission = admission, .name = (char *)"n1",
		.pool = (char *)"default", .facts = facts,
	};

	assert_int_equal(store_begin(store, NULL), 0);
	assert_int_equal(store_host_put(store, &host, NULL), 0);
	assert_int_equal(store_commit(store, NULL), 0);
}

static int find(struct host_macs *macs_known, struct store *store, const char *mac, int64_t at_ms)
{
	autofree char *name = NULL;
	autofree char *pool = NULL;
	int r = host_macs_find(macs_known, store, mac, at_ms, &name, &pool, NULL);

	if (r == 1) {
		assert_string_equal(name, "n1");
		assert_string_equal(pool, "default");
	}
	return r;
}

static void test_hosts_by_mac(void **state)
{
	struct store *store;
	struct host_macs known;
	struct pool_record pool = { (char *)"default", (char *)"", 0 };

	(void)state;
	assert_int_equal(store_open("sqlite::memory:", &store, NULL), 0);
	assert_int_equal(store_pool_put(store, &pool, NULL), 0);
	host_macs_init(&known);
	assert_int_equal(find(&known, store, "52-54-00-00-00-01", 1000), 0);
	put_host(store, "4c4c4544-0042-3510-8052-b4c04f503031", HOST_APPROVED, "52:54:00:00:00:01");
	put_host(store, "4c4c4544-0042-3510-8052-b4c04f503032", HOST_PENDING, "52:54:00:00:00:02");
	/* Kept for some seconds; a machine boots without its name, too. */
	assert_int_equal(find(&known, store, "52-54-00-00-00-01", 1100), 0);
	assert_int_equal(find(&known, store, "52-54-00-00-00-01", 3600000), 1);
	assert_int_equal(find(&known, store, "52-54-00-00-00-02", 3600000), 0);
	host_macs_done(&known);
	store_close(store);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_macs),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_appliance_name),
		with_root(test_image),
		with_root(test_arguments_that_are_refused),
		with_root(test_files_for_everyone),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_long_arguments),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_hosts_by_mac),
	};

	return cmocka_run_group_tests_name("appliance boot scripts", tests, NULL, NULL);
}
