// SPDX-License-Identifier: MIT
/* Finding the Debian mirror in apt's sources. */
#include <glob.h>

#include "common/file.h"
#include "common/http.h"
#include "image/mirror.h"

#define SOURCES_MAX (256 * 1024)

/* A machine's sources may name anything; only Debian's own suites show which mirror is Debian's. */
static const char *const releases[] = { "bullseye", "bookworm", "trixie", "forky", "duke",
	"sid", "oldstable", "stable", "testing", "unstable" };

/* The part of a suite's name behind the release: "", "-security", ...; NULL for other archives. */
static const char *release_suffix(const char *suite)
{
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++) {
		const char *rest = str_after(suite, releases[i]);

		if (rest && (!*rest || *rest == '-' || *rest == '/'))
			return rest;
	}
	return NULL;
}

static bool is_usable(const char *uri)
{
	return str_after(uri, "http://") || str_after(uri, "https://") || str_after(uri, "file:/");
}

static void take_source(struct mirror *mirror, const char *uri, const char *suite)
{
	const char *suffix = release_suffix(suite);
	char **slot;

	if (!suffix || !is_usable(uri))
		return;
	if (streq(suffix, "-security"))
		slot = &mirror->security;
	else if (!*suffix)
		slot = &mirror->main;
	else
		return;
	if (*slot)
		return;
	*slot = xstrdup(uri);
	for (size_t n = strlen(*slot); n > 0 && (*slot)[n - 1] == '/'; n--)
		(*slot)[n - 1] = '\0';
}

/* deb [options] uri suite components... */
static void read_one_line(struct mirror *mirror, char *line)
{
	autostrv char **words = NULL;
	size_t i = 1;

	line[strcspn(line, "#")] = '\0';
	words = strv_split(line, " \t", false);
	if (strv_len(words) < 3 || !streq(words[0], "deb"))
		return;
	if (words[1][0] == '[') {
		while (words[i] && !str_ends(words[i], "]"))
			i++;
		if (!words[i])
			return;
		i++;
	}
	if (words[i] && words[i + 1])
		take_source(mirror, words[i], words[i + 1]);
}

static void read_list(struct mirror *mirror, const char *text)
{
	autostrv char **lines = strv_split(text, "\n", false);

	for (size_t i = 0; lines && lines[i]; i++)
		read_one_line(mirror, lines[i]);
}

struct stanza {
	char **uris;
	char **suites;
	bool is_deb;
	bool is_disabled;
};

static void end_stanza(struct mirror *mirror, struct stanza *stanza)
{
	if (stanza->is_deb && !stanza->is_disabled)
		for (size_t i = 0; stanza->uris && stanza->uris[i]; i++)
			for (size_t j = 0; stanza->suites && stanza->suites[j]; j++)
				take_source(mirror, stanza->uris[i], stanza->suites[j]);
	strv_free(stanza->uris);
	strv_free(stanza->suites);
	*stanza = (struct stanza){ 0 };
}

static void read_field(struct stanza *stanza, const char *line)
{
	const char *colon = strchr(line, ':');
	autofree char *name = NULL;
	autostrv char **values = NULL;

	if (!colon)
		return;
	name = xstrndup(line, (size_t)(colon - line));
	values = strv_split(colon + 1, " \t", false);
	if (strcasecmp(name, "Types") == 0)
		stanza->is_deb = strv_contains(values, "deb");
	else if (strcasecmp(name, "Enabled") == 0)
		stanza->is_disabled = strv_contains(values, "no");
	else if (strcasecmp(name, "URIs") == 0 && !stanza->uris)
		stanza->uris = take_ptr(values);
	else if (strcasecmp(name, "Suites") == 0 && !stanza->suites)
		stanza->suites = take_ptr(values);
}

/* deb822: stanzas of "Name: values", separated by empty lines. */
static void read_deb822(struct mirror *mirror, const char *text)
{
	autostrv char **lines = strv_split(text, "\n", true);
	struct stanza stanza = { 0 };

	for (size_t i = 0; lines && lines[i]; i++) {
		if (lines[i][0] == '#')
			continue;
		if (!*str_trim(lines[i]))
			end_stanza(mirror, &stanza);
		else
			read_field(&stanza, lines[i]);
	}
	end_stanza(mirror, &stanza);
}

static int read_sources(struct mirror *mirror, const char *path, struct problems *problems)
{
	autofree char *text = NULL;

	if (file_read_optional(path, SOURCES_MAX, &text, NULL, problems) < 0)
		return -1;
	if (!text)
		return 0;
	if (str_ends(path, ".sources"))
		read_deb822(mirror, text);
	else
		read_list(mirror, text);
	return 0;
}

static int read_folder(struct mirror *mirror, const char *root, const char *pattern,
		       struct problems *problems)
{
	autofree char *path = path_in_root(root, pattern);
	glob_t found = { 0 };
	int r = 0;

	if (glob(path, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
			r = read_sources(mirror, found.gl_pathv[i], problems);
	globfree(&found);
	return r;
}

int mirror_find(const char *root, const char *override, struct mirror *ret,
		struct problems *problems)
{
	struct mirror mirror = { 0 };

	if (override)
		take_source(&mirror, override, "stable");
	if (override && !mirror.main)
		return problem(problems, "%s: expected a mirror that begins with http://, https:// "
			       "or file:/", override);
	if (read_folder(&mirror, root, "/etc/apt/sources.list", problems) < 0 ||
	    read_folder(&mirror, root, "/etc/apt/sources.list.d/*.sources", problems) < 0 ||
	    read_folder(&mirror, root, "/etc/apt/sources.list.d/*.list", problems) < 0) {
		mirror_done(&mirror);
		return -1;
	}
	if (!mirror.main) {
		mirror_done(&mirror);
		return problem(problems, "no Debian mirror in this machine's apt sources: "
			       "set MIRROR=http://...");
	}
	*ret = mirror;
	return 0;
}

int mirror_check(const struct mirror *mirror, const char *suite, struct problems *problems)
{
	autofree char *url = xasprintf("%s/dists/%s/InRelease", mirror->main, suite);
	struct http_request request = { .url = url, .connect_timeout_ms = 8000,
		.timeout_ms = 15000 };
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems why = { 0 };
	autofree char *text = NULL;

	if (!str_after(mirror->main, "http"))
		return 0;
	if (http_exchange(&request, &response, &why) != HTTP_OK) {
		text = problems_text(&why);
		return problem(problems, "the mirror cannot be reached: %s", text);
	}
	if (response.status >= 400)
		return problem(problems, "%s: the mirror answered %ld: expected the suite %s there",
			       url, response.status, suite);
	return 0;
}

void mirror_done(struct mirror *mirror)
{
	free(mirror->main);
	free(mirror->security);
	*mirror = (struct mirror){ 0 };
}
