// SPDX-License-Identifier: MIT
/* Checking kickstarts before they are kept; see kickstarts.h. */
#include "appliance/kickstarts.h"
#include "appliance/registrar.h"

void kickstart_refused(struct reply *reply, const struct problems *problems)
{
	reply_json(reply, 400, json_pack("{ss, ss, so}", "error", "a node would not take this "
					 "kickstart; nothing was changed", "field", "kickstart",
					 "problems", json_strings(problems->items)));
	/* The problems quote lines of the kickstart: they are not for the log. */
	reply->note = xasprintf("kickstart refused, %zu problems", problems_count(problems));
}

static bool is_text(const char *body, size_t len)
{
	autojson json_t *text = json_stringn(body, len); /* NULL unless it is UTF-8 */

	return text && !memchr(body, '\0', len);
}

bool kickstart_accept(struct request *request, const char *name, struct reply *reply)
{
	autoproblems struct problems problems = { 0 };

	if (!request->body)
		request->body = xstrdup("");
	if (!is_text(request->body, request->body_len)) {
		reply_error(reply, 400, "kickstart", "expected a text in UTF-8");
		return false;
	}
	if (!request->appliance->check_kickstart ||
	    request->appliance->check_kickstart(request->body, name, &problems) == 0)
		return true;
	kickstart_refused(reply, &problems);
	return false;
}

void kickstart_accepted(struct request *request, const struct problems *notes, struct reply *reply)
{
	autofree char *generation = kickstart_generation(request->body);

	reply_json(reply, 200, json_pack("{ss, so}", "generation", generation, "warnings",
					 json_strings(notes->items)));
}

void kickstart_reply(struct reply *reply, char *text)
{
	reply_header(reply, "Cache-Control: no-store");
	reply_text(reply, 200, "text/plain; charset=utf-8", text);
}
