// SPDX-License-Identifier: MIT
/* Requests and answers; see request.h. */
#include <strings.h>

#include "appliance/request.h"

void request_done(struct request *request)
{
	for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
		free(request->params[i]);
	free(request->body);
	free(request->address);
	free(request->host);
	free(request->peer_id);
	free(request->peer_key_id);
}

void reply_done(struct reply *reply)
{
	free(reply->body);
	strv_free(reply->headers);
	free(reply->note);
	if (reply->fd >= 0)
		close(reply->fd);
	*reply = (struct reply){ .fd = -1 };
}

void reply_header(struct reply *reply, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_push_take(&reply->headers, xvasprintf(fmt, ap));
	va_end(ap);
}

void reply_text(struct reply *reply, unsigned status, const char *content_type, char *text)
{
	free(reply->body);
	reply->status = status;
	reply->content_type = content_type;
	reply->body = text;
	reply->body_len = strlen(text);
}

void reply_json(struct reply *reply, unsigned status, json_t *value)
{
	reply_text(reply, status, "application/json", json_text(value));
	json_decref(value);
}

static void set_error(struct reply *reply, unsigned status, const char *field, const char *text)
{
	/* "s*" leaves the key out when the value is NULL. */
	json_t *value = json_pack("{ss, ss*}", "error", text, "field", field);

	/* Text that came from outside may not be UTF-8; then jansson refuses it. */
	reply_json(reply, status, value ? value : json_pack("{ss}", "error", "bad request"));
	free(reply->note);
	reply->note = xstrdup(text);
}

void reply_error(struct reply *reply, unsigned status, const char *field, const char *fmt, ...)
{
	autofree char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	set_error(reply, status, field, text);
}

void reply_problems(struct reply *reply, unsigned status, const char *field,
		    const struct problems *problems)
{
	autofree char *text = problems_text(problems);

	set_error(reply, status, field, text);
}

void reply_busy(struct reply *reply, unsigned retry_after_s, const char *what)
{
	reply_done(reply);
	reply_header(reply, "Retry-After: %u", retry_after_s);
	reply_header(reply, "Connection: close");
	reply_error(reply, 503, NULL, "too many %s at once; come again", what);
}

void reply_broken(struct reply *reply, const struct problems *problems)
{
	reply_error(reply, 500, NULL, "the appliance could not do this; its log says why");
	free(reply->note);
	reply->note = problems_text(problems);
}

const char *bearer_of(const struct request *request)
{
	const char *header = request->authorization;

	if (!header || strncasecmp(header, "Bearer ", 7) != 0)
		return NULL;
	return header + 7;
}

bool secrets_equal(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	unsigned char difference = a_len != b_len;

	/* As long as what came, whatever we keep: the length of ours stays unknown, too. */
	for (size_t i = 0; i < a_len; i++)
		difference |= (unsigned char)(a[i] ^ (b_len ? b[i % b_len] : 1));
	return difference == 0;
}
