// SPDX-License-Identifier: MIT
/* Where the appliance is, and calls to it; see ctl.h. */
#include <errno.h>

#include "appliance/ctl.h"
#include "appliance/table.h"
#include "common/cli.h"
#include "common/file.h"
#include "common/http.h"

#define DEFAULT_STATE_DIR "/var/lib/roost"
#define SECRET_FILE_MAX 65536
#define KICKSTART_MAX (1024 * 1024)
#define REPLY_MAX (64 * 1024 * 1024)

/* ---- Connecting --------------------------------------------------------------------------------- */

static const char *first_of(const char *a, const char *b)
{
	return a && *a ? a : b && *b ? b : NULL;
}

/* The address in the state folder's endpoints.json. */
static int read_endpoint(const char *folder, char **ret, struct problems *problems)
{
	autofree char *path = path_join(folder, "endpoints.json");
	autojson json_t *value = json_read_file(path, SECRET_FILE_MAX, problems);
	const char *url;

	if (!value || json_get_string(value, "admin", 1024, &url, path, problems) < 0)
		return -1;
	*ret = xstrdup(url);
	return 0;
}

static int read_secret(const char *explicit_path, const char *folder, const char *name, char **ret,
		       struct problems *problems)
{
	autofree char *path = explicit_path ? xstrdup(explicit_path) : path_join(folder, name);
	autofree char *text = NULL;

	if (file_read(path, SECRET_FILE_MAX, &text, NULL, problems) < 0)
		return -1;
	*ret = xstrdup(str_trim(text));
	return 0;
}

static int read_connection(struct ctl *ctl, struct problems *problems)
{
	const char *folder = first_of(ctl->state_dir, getenv("ROOST_STATE"));
	const char *url = first_of(ctl->server, getenv("ROOST_ADMIN"));

	folder = folder ? folder : DEFAULT_STATE_DIR;
	if (url)
		ctl->url = xstrdup(url);
	else if (read_endpoint(folder, &ctl->url, problems) < 0)
		return -1;
	if (!str_after(ctl->url, "https://"))
		return problem(problems, "%s: expected an address that begins with https://", ctl->url);
	if (str_ends(ctl->url, "/"))
		ctl->url[strlen(ctl->url) - 1] = '\0';
	if (read_secret(first_of(ctl->ca_file, getenv("ROOST_CA")), folder, "ca.pem", &ctl->ca_pem,
			problems) < 0)
		return -1;
	return read_secret(first_of(ctl->token_file, getenv("ROOST_TOKEN_FILE")), folder,
			   "admin.token", &ctl->token, problems);
}

int ctl_connect(struct ctl *ctl)
{
	autoproblems struct problems problems = { 0 };

	if (read_connection(ctl, &problems) == 0)
		return EXIT_DONE;
	log_error("give --state DIR of the appliance, or --server, --ca and --token-file");
	return cli_fail(&problems, EXIT_PERMANENT);
}

void ctl_done(struct ctl *ctl)
{
	free(ctl->url);
	free(ctl->ca_pem);
	free(ctl->token);
}

/* ---- Calls -------------------------------------------------------------------------------------- */

/* The appliance's own words; the answer is JSON with "error" and perhaps "problems". */
static int report_refusal(const struct http_response *response)
{
	autojson json_t *answer = json_read(response->body, response->body_len, KICKSTART_MAX,
					    "answer", NULL);
	const char *error = json_string_value(json_object_get(answer, "error"));
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(answer, "problems"), i, item) {
		autofree char *text = printable(json_string_value(item));

		log_error("%s", text);
	}
	if (response->status == 401)
		log_error("the appliance refuses the admin token (--token-file)");
	else if (error)
		log_error("%s", error);
	else
		log_error("the appliance answered with status %ld", response->status);
	return response->status >= 500 || response->status == 429 ? EXIT_TEMPORARY : EXIT_PERMANENT;
}

static int call_path(struct ctl *ctl, const struct ctl_call *call, char **ret, const char *path)
{
	autoproblems struct problems problems = { 0 };
	autofree char *url = xasprintf("%s%s", ctl->url, path);
	autoresponse struct http_response response = { 0 };
	struct http_request request = {
		.method = call->method,
		.url = url,
		.ca_pem = ctl->ca_pem,
		.bearer = ctl->token,
		.content_type = !call->body ? NULL : call->content_type ? call->content_type :
									  "application/json",
		.body = call->body,
		.body_len = call->body_len,
		.max_bytes = REPLY_MAX,
	};

	if (http_exchange(&request, &response, &problems) != HTTP_OK)
		return cli_fail(&problems, EXIT_TEMPORARY);
	if (response.status < 200 || response.status > 299)
		return report_refusal(&response);
	if (ret)
		*ret = take_ptr(response.body);
	return EXIT_DONE;
}

int ctl_exchange(struct ctl *ctl, const struct ctl_call *call, char **ret, const char *path_fmt, ...)
{
	static const struct ctl_call plain_get = { 0 };
	autofree char *path = NULL;
	va_list ap;

	va_start(ap, path_fmt);
	path = xvasprintf(path_fmt, ap);
	va_end(ap);
	return call_path(ctl, call ? call : &plain_get, ret, path);
}

static int call_json(struct ctl *ctl, const struct ctl_call *call, json_t **ret, const char *path)
{
	autoproblems struct problems problems = { 0 };
	autofree char *text = NULL;
	int code = call_path(ctl, call, &text, path);
	json_t *value;

	if (code != EXIT_DONE || !ret)
		return code;
	value = json_read(text, strlen(text), REPLY_MAX, "answer", &problems);
	if (!value)
		return cli_fail(&problems, EXIT_TEMPORARY);
	*ret = value;
	return EXIT_DONE;
}

int ctl_get(struct ctl *ctl, json_t **ret, const char *path_fmt, ...)
{
	autofree char *path = NULL;
	va_list ap;

	va_start(ap, path_fmt);
	path = xvasprintf(path_fmt, ap);
	va_end(ap);
	return call_json(ctl, &(struct ctl_call){ 0 }, ret, path);
}

int ctl_send(struct ctl *ctl, const char *method, const json_t *body, json_t **ret,
	     const char *path_fmt, ...)
{
	autofree char *path = NULL;
	autofree char *text = body ? json_line(body) : NULL;
	struct ctl_call call = { method, NULL, text, text ? strlen(text) : 0 };
	va_list ap;

	va_start(ap, path_fmt);
	path = xvasprintf(path_fmt, ap);
	va_end(ap);
	return call_json(ctl, &call, ret, path);
}

int ctl_put_file(struct ctl *ctl, const char *file, const char *path_fmt, ...)
{
	autoproblems struct problems problems = { 0 };
	autofree char *path = NULL;
	autofree char *text = NULL;
	struct ctl_call call = { "PUT", "text/plain", NULL, 0 };
	autojson json_t *answer = NULL;
	const json_t *warning;
	va_list ap;
	size_t i;
	int code;

	if (file_read(streq(file, "-") ? "/dev/stdin" : file, KICKSTART_MAX, &text, &call.body_len,
		      &problems) < 0)
		return cli_fail(&problems, EXIT_PERMANENT);
	call.body = text;
	va_start(ap, path_fmt);
	path = xvasprintf(path_fmt, ap);
	va_end(ap);
	code = call_json(ctl, &call, &answer, path);
	json_array_foreach(json_object_get(answer, "warnings"), i, warning) {
		autofree char *line = printable(json_string_value(warning));

		log_warning("%s", line);
	}
	return code;
}

const char *ctl_text(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? text : "";
}

int ctl_show(const struct ctl *ctl, int code, const json_t *answer, void (*show)(const json_t *answer))
{
	if (code != EXIT_DONE)
		return code;
	if (ctl->wants_json)
		json_print(answer, stdout);
	else
		show(answer);
	return EXIT_DONE;
}
