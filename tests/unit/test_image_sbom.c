// SPDX-License-Identifier: MIT
/*
 * What the SBOM is made of: licences of machine-readable copyright files, dpkg's list, names of packages;
 * and that the document is valid (tests/spdx.jq) and the same for the same image.
 */
#include "tests/expect.h"
#include "tests/root.h"

#include "common/process.h"
#include "image/copyright.h"
#include "image/dpkg_status.h"
#include "image/spdx.h"

#define DEP5 "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
#define FILES(license) "Files: *\nCopyright: 2020 A\nLicense: " license "\n text\n .\n License: none\n\n"

static const struct {
	unsigned line;
	const char *text;
	const char *license;
} copyrights[] = {
	{ __LINE__, DEP5 FILES("Expat"), "MIT" },
	{ __LINE__, DEP5 FILES("GPL-2+") FILES("expat") FILES("GPL-2+"), "GPL-2.0-or-later AND MIT" },
	{ __LINE__, DEP5 FILES("GPL-2+ or LGPL-3"), "(GPL-2.0-or-later OR LGPL-3.0-only)" },
	{ __LINE__, DEP5 FILES("GPL-2 and BSD-3-clause"), "BSD-3-Clause AND GPL-2.0-only" },
	/* a licence's text alone says nothing of files */
	{ __LINE__, DEP5 FILES("ISC") "License: public-domain\n text\n", "ISC" },
	{ __LINE__, DEP5 FILES("public-domain"), NULL },
	{ __LINE__, DEP5 FILES("MIT") FILES("GPL-3+ with OpenSSL exception"), NULL },
	{ __LINE__, DEP5 FILES("MIT or"), NULL },
	{ __LINE__, DEP5 FILES("MIT or ISC and Zlib"), NULL },
	{ __LINE__, DEP5 FILES(""), NULL },
	{ __LINE__, DEP5, NULL },
	{ __LINE__, "This package was debianized by A.\n\nLicense: MIT\n", NULL },
	{ __LINE__, "", NULL },
};

static void test_copyrights(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(copyrights); i++) {
		autofree char *license = copyright_license(copyrights[i].text);

		expect_text(&copyrights[i], license, copyrights[i].license);
	}
}

static void test_status(void **state)
{
	static const char text[] =
		"Package: libstdc++6\nStatus: install ok installed\nSource: gcc-14 (14.2.0-19)\n"
		"Version: 1:14.2.0-19\nArchitecture: amd64\nDescription: a\n b\n\n"
		"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: all\n\n"
		"Package: last\nStatus: install ok installed\nVersion: 2\nArchitecture: all";
	struct dpkg_status status;
	autofree char *name = NULL;

	(void)state;
	dpkg_status_parse(text, &status);
	assert_int_equal(status.count, 2);
	assert_string_equal(status.packages[0].source, "gcc-14 (14.2.0-19)");
	assert_null(dpkg_status_find(&status, "gone"));
	assert_string_equal(dpkg_status_find(&status, "last")->version, "2");
	name = dpkg_deb_name(&status.packages[0]);
	assert_string_equal(name, "libstdc++6_1%3a14.2.0-19_amd64.deb");
	dpkg_status_done(&status);
}

/* A folder may be a link to another package's, also to one of this machine's. */
static void test_copyright_of(void **state)
{
	static const struct { int line; const char *package, *license; } rows[] = {
		{ __LINE__, "a", "ISC" }, { __LINE__, "linked", NULL }, { __LINE__, "bare", NULL }, { __LINE__, "none", NULL },
	};
	autofree char *link = path_in_root(root, "/usr/share/doc/linked");

	(void)state;
	put("/usr/share/doc/a/copyright", DEP5 FILES("ISC"));
	put("/usr/share/doc/bare/changelog", "");
	assert_int_equal(symlink("a", link), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *license = NULL;

		assert_int_equal(copyright_of(root, rows[i].package, &license, NULL), 0);
		expect_text(&rows[i], license, rows[i].license);
	}
}

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FILE_OF(name) "{\"name\": \"" name "\", \"sha256\": \"" DIGEST "\"}"

static json_t *document(time_t date)
{
	autojson json_t *manifest = json_loads("{\"layers\": [" FILE_OF("tools.squashfs") "],"
		"\"boot\": [" FILE_OF("vmlinuz") "]}", 0, NULL);
	autojson json_t *packages = json_loads("[{\"name\": \"libstdc++6\", \"version\": \"1:14.2~a+b\","
		"\"architecture\": \"amd64\", \"sha256\": \"" DIGEST "\", \"license\": \"MIT\","
		"\"source\": \"gcc-14\", \"homepage\": \"http://gcc.gnu.org/\"},"
		"{\"name\": \"b\", \"version\": \"1\", \"architecture\": \"all\"}]", 0, NULL);
	autojson json_t *programs = json_loads("[" FILE_OF("roost") "]", 0, NULL);

	return spdx_document(&(struct spdx_image){ .version = "1", .suite = "trixie", .date = date,
		.manifest_sha256 = DIGEST, .manifest = manifest, .packages = packages,
		.programs = programs });
}

static const struct {
	unsigned line;
	const char *field, *text, *instead; /* what is put into the document, and what tests/spdx.jq says */
} mistakes[] = {
	{ __LINE__, "", "", NULL },
	{ __LINE__, "SPDX-2.3", "SPDX-2.2", "document: spdxVersion" },
	{ __LINE__, "\"licenseDeclared\":\"MIT\"", "\"licenseDeclared\":\"Expat\"", "licence Expat" },
	{ __LINE__, "\"SPDXID\":\"SPDXRef-Debian-b\"", "\"SPDXID\":\"SPDXRef-Debian-c\"", "is nowhere" },
	{ __LINE__, "\"SPDXID\":\"SPDXRef-Boot-vmlinuz\"", "\"SPDXID\":\"SPDXRef-Boot_vmlinuz\"",
	  "SPDXRef-Boot_vmlinuz: SPDXID" },
	{ __LINE__, "\"DESCRIBES\"", "\"SHOWS\"", "it DESCRIBES nothing" },
	{ __LINE__, "1970-01-12T13:46:40Z", "1970-01-12", "document: created" },
};

static void test_document(void **state)
{
	autojson json_t *first = document(1000000), *again = document(1000000), *later = document(1000001);
	autofree char *text = json_line(first), *same = json_line(again);
	autofree char *file = path_in_root(root, "/spdx.json");

	(void)state;
	assert_string_equal(text, same);
	assert_string_not_equal(json_string_value(json_object_get(first, "documentNamespace")),
				json_string_value(json_object_get(later, "documentNamespace")));
	assert_non_null(strstr(text, "pkg:deb/debian/libstdc%2B%2B6@1%3A14.2~a%2Bb?arch=amd64&distro=trixie"));
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		const char *at = strstr(text, mistakes[i].field);
		const char *const argv[] = { "jq", "-r", "-f", "tests/spdx.jq", file, NULL };
		autoproblems struct problems problems = { 0 };
		struct process_result result = { 0 };
		autofree char *changed = NULL;

		expect(&mistakes[i], at);
		changed = xasprintf("%.*s%s%s", (int)(at - text), text, mistakes[i].text,
				    at + strlen(mistakes[i].field));
		put("/spdx.json", changed);
		expect(&mistakes[i], process_run(&(struct process){ .argv = argv }, &result, &problems) == 0);
		expect(&mistakes[i], mistakes[i].instead ? strstr(result.output, mistakes[i].instead) != NULL :
							   result.output_len == 0);
		process_result_done(&result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copyrights),
		with_root(test_copyright_of),
		cmocka_unit_test(test_status),
		with_root(test_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
