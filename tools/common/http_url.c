// SPDX-License-Identifier: MIT
/* URLs through libcurl's own parser, so that what is checked is what is used; see http_url.h. */
#include <curl/curl.h>

#include "common/http_url.h"

#define URL_MAX 2048

/* Owned by the caller; NULL when the URL has no such part. */
static char *part_of(CURLU *url, CURLUPart part)
{
	char *text = NULL, *copy;

	if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
		return NULL;
	copy = xstrdup(text);
	curl_free(text);
	return copy;
}

static bool has_part(CURLU *url, CURLUPart part)
{
	autofree char *text = part_of(url, part);

	return text != NULL;
}

static bool is_printable(const char *text)
{
	for (const char *p = text; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return true;
}

static int check(CURLU *url, const char *text, struct problems *problems)
{
	autofree char *scheme = NULL;
	CURLUcode code;

	if (strlen(text) > URL_MAX || !is_printable(text))
		return problem(problems, "a URL: expected at most %d printable characters of ASCII",
			       URL_MAX);
	code = curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER);
	if (code == CURLUE_USER_NOT_ALLOWED)
		return problem(problems, "a URL with a user or a password: it would be in every log");
	if (code != CURLUE_OK)
		return problem(problems, "%s: %s: expected a URL like http://HOST/FOLDER", text,
			       curl_url_strerror(code));
	scheme = part_of(url, CURLUPART_SCHEME);
	if (!streq_null(scheme, "http") && !streq_null(scheme, "https"))
		return problem(problems, "%s: expected http:// or https://", text);
	if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
		return problem(problems, "%s: expected the URL of a folder, without \"?\" and \"#\"",
			       text);
	return 0;
}

static void trim_slashes(char *text)
{
	for (size_t len = strlen(text); len > 0 && text[len - 1] == '/'; len--)
		text[len - 1] = '\0';
}

static void fill(CURLU *url, struct http_url *ret)
{
	autofree char *scheme = part_of(url, CURLUPART_SCHEME);

	ret->is_https = streq_null(scheme, "https");
	ret->text = part_of(url, CURLUPART_URL);
	trim_slashes(ret->text);
	curl_url_set(url, CURLUPART_PATH, "/", 0);
	ret->origin = part_of(url, CURLUPART_URL);
	trim_slashes(ret->origin);
}

int http_url_read(const char *text, struct http_url *ret, struct problems *problems)
{
	CURLU *url = curl_url();
	int r;

	if (!url)
		abort(); /* only when memory is gone */
	r = check(url, text, problems);
	if (r == 0)
		fill(url, ret);
	curl_url_cleanup(url);
	return r;
}

void http_url_done(struct http_url *url)
{
	free(url->text);
	free(url->origin);
	*url = (struct http_url){ 0 };
}
