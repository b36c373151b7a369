// SPDX-License-Identifier: MIT
/* Tries, mirrors and the waits between; see fetch_try.h. */
#include <poll.h>

#include "common/clean.h"
#include "common/cli.h"
#include "node/certificate.h"
#include "node/fetch_try.h"

#define CONNECT_TIMEOUT_MS 10000
#define CA_TIMEOUT_MS 30000
#define RETRY_AFTER_MAX_MS (5 * 60 * 1000)
#define FAILURE_TEXT_MAX 1000


/* ---- One answer ------------------------------------------------------------------------------------ */

static const struct {
	long status;
	const char *meaning;
} meanings[] = {
	{ 401, "the mirror wants a password: expected one that anyone may read" },
	{ 403, "the mirror does not give it to this node" },
	{ 404, "the mirror does not have it" },
	{ 416, "the mirror's file is shorter than what is here" },
	{ 429, "the mirror is busy" },
	{ 503, "the mirror is busy" },
};

static int unexpected(struct try *try, const char *url, const struct http_response *response)
{
	const char *meaning = response->status >= 500 ? "the mirror has a fault" : "expected 200";

	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].status == response->status)
			meaning = meanings[i].meaning;
	try->retry_after_ms = response->retry_after_ms;
	if (response->location)
		return problem(&try->problems, "%s: status %ld: redirects are not followed: expected the "
			       "URL where it is, perhaps %s", url, response->status, response->location);
	return problem(&try->problems, "%s: status %ld: %s", url, response->status, meaning);
}

/* The client's own words, and what they mean here. */
static int failed(struct try *try, enum http_failure failure, struct problems *problems)
{
	autofree char *detail = problems_text(problems), *text = NULL;

	if (failure == HTTP_TLS_CLOCK)
		text = certificate_clock_text(try->fetch->ca_pem, detail);
	else if (failure == HTTP_TLS)
		text = xasprintf("%s: expected a server of the CA with the given fingerprint", detail);
	return problem(&try->problems, "%s", text ? text : detail);
}

static int exchange(struct try *try, struct http_request *request, struct http_response *ret)
{
	autoproblems struct problems problems = { 0 };
	int left_ms = until_ms(try->fetch->deadline_ms);
	enum http_failure failure;

	request->connect_timeout_ms = CONNECT_TIMEOUT_MS;
	request->stall_s = try->fetch->options->stall_s;
	if (request->timeout_ms == 0 || request->timeout_ms > left_ms)
		request->timeout_ms = left_ms > 0 ? left_ms : 1;
	failure = http_exchange(request, ret, &problems);
	if (failure == HTTP_STOPPED)
		return 0;
	if (failure != HTTP_OK)
		return failed(try, failure, &problems);
	try->mirror->bytes += ret->body_len;
	if (ret->status == 200 || (ret->status == 206 && request->sink))
		return 0;
	return unexpected(try, request->url, ret);
}

static int fetch_ca(struct try *try)
{
	const struct http_url *server = &try->mirror->url;
	autofree char *url = xasprintf("%s" CA_PATH, server->origin);
	struct http_request request = ca_request(url);
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems problems = { 0 };
	autofree char *detail = NULL;

	request.timeout_ms = CA_TIMEOUT_MS;
	if (exchange(try, &request, &response) < 0)
		return -1;
	if (ca_check(&response, server->origin, try->fetch->options->fingerprint,
		     &try->fetch->ca_pem, &problems) == CA_RIGHT)
		return 0;
	detail = problems_text(&problems);
	return problem(&try->problems, "%s: %s", url, detail);
}

int try_get(struct try *try, const char *name, struct http_request *request,
	    struct http_response *ret)
{
	const struct http_url *server = &try->mirror->url;
	autofree char *url = xasprintf("%s/%s", server->text, name);
	int r;

	if (server->is_https && !try->fetch->ca_pem && fetch_ca(try) < 0)
		return -1;
	request->url = url;
	request->ca_pem = server->is_https ? try->fetch->ca_pem : NULL;
	r = exchange(try, request, ret);
	request->url = NULL;
	return r;
}

/* ---- Many tries ------------------------------------------------------------------------------------ */

/* On one line, and nothing in it moves the cursor: some of it is a server's. */
static char *failure_text(const struct problems *problems)
{
	autofree char *text = problems_text(problems);
	char *clean = clean_text(text, FAILURE_TEXT_MAX);

	return clean ? clean : xstrdup("");
}

static struct mirror *next_mirror(struct fetch *fetch)
{
	struct mirrors *mirrors = &fetch->mirrors;

	if (!fetch->is_bound || mirrors->items[fetch->current].failures >= MIRROR_GIVEN_UP)
		fetch->current = mirrors_choose(mirrors, fetch->current, now_ms());
	return &mirrors->items[fetch->current];
}

static void say_failure(struct fetch *fetch, const char *failure, const struct mirror *next)
{
	int wait_ms = until_ms(next->ready_ms);
	autofree char *when = wait_ms > 0 ? xasprintf("in %.1f s", wait_ms / 1000.0) : xstrdup("now");

	progress_say(fetch->progress, "%s; next try %s: %s", failure, when, next->url.text);
}

static void wait_for(int64_t ready_ms)
{
	while (until_ms(ready_ms) > 0)
		poll(NULL, 0, until_ms(ready_ms));
}

static int give_up(const struct fetch *fetch, const char *failure, struct problems *problems)
{
	problem(problems, "%s; there is no time for another try: %lld s were given", failure,
		fetch->options->timeout_s);
	return EXIT_TEMPORARY;
}

static void note_failure(struct fetch *fetch, struct try *try)
{
	if (try->retry_after_ms > RETRY_AFTER_MAX_MS)
		try->retry_after_ms = RETRY_AFTER_MAX_MS;
	mirror_failed(try->mirror, try->retry_after_ms, now_ms());
	fetch->retries++;
}

int try_until_done(struct fetch *fetch, try_fn *function, void *what, struct problems *problems)
{
	autofree char *failure = NULL;

	for (;;) {
		struct mirror *mirror = next_mirror(fetch);
		struct try try = { .fetch = fetch, .mirror = mirror, .what = what };
		enum try_result result;

		if (failure && mirror->ready_ms >= fetch->deadline_ms)
			return give_up(fetch, failure, problems);
		if (failure)
			say_failure(fetch, failure, mirror);
		wait_for(mirror->ready_ms);
		result = function(&try);
		free(failure);
		failure = failure_text(&try.problems);
		problems_done(&try.problems);
		if (result == TRY_DONE) {
			mirror_worked(mirror);
			return EXIT_DONE;
		}
		if (result == TRY_HOPELESS) {
			problem(problems, "%s", failure);
			return EXIT_PERMANENT;
		}
		note_failure(fetch, &try);
		if (until_ms(fetch->deadline_ms) == 0)
			return give_up(fetch, failure, problems);
	}
}
