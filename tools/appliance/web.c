// SPDX-License-Identifier: MIT
/*
 * The web page: every host, its state and why it is not ready. It only shows; changes are roostctl's.
 * No script, nothing from elsewhere, so that a strict Content-Security-Policy holds.
 */
#include <inttypes.h>

#include "appliance/host_status.h"
#include "appliance/html.h"
#include "appliance/routes.h"
#include "common/version.h"

#define REFRESH_S 10

static const char style[] =
	"body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em;"
	" padding: 0 1em; color: #222; background: #fff; }\n"
	"h1 { font-size: 1.4em; } h1 small { color: #777; font-weight: normal; }\n"
	"table { border-collapse: collapse; width: 100%; }\n"
	"th, td { text-align: left; padding: .4em .8em .4em 0; border-bottom: 1px solid #ddd;"
	" vertical-align: top; }\n"
	"td.id { font-family: monospace; font-size: .9em; }\n"
	".state { font-weight: bold; white-space: nowrap; }\n"
	".ready { color: #1a7f37; } .lost, .rejected { color: #b42318; }\n"
	".degraded, .pending { color: #9a6700; }\n"
	"p.sums span { margin-right: 1.5em; }\n"
	"@media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b; }"
	" th, td { border-color: #444; } }\n";

struct page {
	FILE *rows;
	const struct request *request;
	unsigned counts[HOST_STATES];
	bool has_rows;
};

static void write_age(FILE *out, int64_t then, int64_t now)
{
	if (then == 0)
		fputs("never", out);
	else
		fprintf(out, "%" PRId64 " s ago", now > then ? now - then : 0);
}

static void write_cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	html_text(out, text);
	fputs("</td>", out);
}

static int write_host(const struct host_record *host, void *userdata)
{
	struct page *page = userdata;
	unsigned heartbeat_s = page->request->appliance->heartbeat_s;
	enum host_state state = host_state(host, heartbeat_s, page->request->now);
	autofree char *reason = host_reason(host, state, page->request->now);
	autojson json_t *value = host_json(host, heartbeat_s, page->request->now, false);
	const char *name = host_state_name(state);

	fputs("<tr>", page->rows);
	write_cell(page->rows, host->name ? host->name : "");
	fprintf(page->rows, "<td class=\"state %s\">%s</td>", name, name);
	write_cell(page->rows, reason);
	write_cell(page->rows, json_string_value(json_object_get(value, "address")));
	write_cell(page->rows, host->pool);
	fputs("<td>", page->rows);
	write_age(page->rows, host->seen_at, page->request->now);
	fputs("</td><td class=\"id\">", page->rows);
	html_text(page->rows, host->id);
	fputs("</td></tr>\n", page->rows);
	page->counts[state]++;
	page->has_rows = true;
	return 0;
}

static void write_sums(FILE *out, const struct page *page)
{
	fputs("<p class=\"sums\">", out);
	for (int i = 0; i < HOST_STATES; i++)
		if (page->counts[i])
			fprintf(out, "<span><b class=\"%s\">%u</b> %s</span>",
				host_state_name((enum host_state)i), page->counts[i],
				host_state_name((enum host_state)i));
	fputs("</p>\n", out);
}

static void write_page(FILE *out, const struct page *page, const char *rows)
{
	fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width\"><title>Roost: hosts</title>"
		"<link rel=\"stylesheet\" href=\"/style.css\"></head><body>\n"
		"<h1>Hosts <small>Roost %s</small></h1>\n", ROOST_VERSION);
	write_sums(out, page);
	if (page->has_rows)
		fprintf(out, "<table><thead><tr><th>Name</th><th>State</th><th>Reason</th>"
			"<th>Address</th><th>Pool</th><th>Heartbeat</th><th>Id</th></tr></thead>"
			"<tbody>\n%s</tbody></table>\n", rows);
	else
		fputs("<p>No host has registered yet. Make a join token with <code>roostctl token "
		      "create</code> and boot a node with it.</p>\n", out);
	fputs("</body></html>\n", out);
}

static void get_page(struct request *request, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };
	autofree char *rows = NULL;
	char *text = NULL;
	size_t len;
	struct page page = { .rows = xopen_memstream(&rows, &len), .request = request };
	int r = store_host_each(request->appliance->store, write_host, &page, &problems);
	FILE *out;

	fclose(page.rows);
	if (r < 0) {
		reply_broken(reply, &problems);
		return;
	}
	out = xopen_memstream(&text, &len);
	write_page(out, &page, rows);
	fclose(out);
	reply_header(reply, "Content-Security-Policy: default-src 'none'; style-src 'self'; "
		     "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
	reply_header(reply, "Referrer-Policy: no-referrer");
	reply_header(reply, "Cache-Control: no-store");
	reply_header(reply, "Refresh: %d", REFRESH_S);
	reply_text(reply, 200, "text/html; charset=utf-8", text);
}

static void get_style(struct request *request, struct reply *reply)
{
	(void)request;
	reply_text(reply, 200, "text/css; charset=utf-8", xstrdup(style));
}

const struct route routes_web[] = {
	{ "GET", "/", AUTH_BROWSER, ON_ADMIN, get_page,
	  "The web page: hosts, states, reasons.", "200 HTML." },
	{ "GET", "/style.css", AUTH_NONE, ON_ADMIN, get_style, "How it looks.", "200 CSS." },
	{ 0 },
};
