// SPDX-License-Identifier: MIT
/* The host's keytab, GET /v1/hosts/{id}/keytab; see agent_keytab.h. */
#include <errno.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/keytab.h"
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_keytab.h"
#include "node/due.h"

#define RETRY_MS (60 * 1000)

/* SHA-256 of the keytab that is here; NULL when there is none. */
static char *present(const char *path)
{
	char *digest = NULL;

	return path_exists(path) && sha256_file(path, &digest, NULL) == 0 ? digest : NULL;
}

static void tell(const struct problems *problems)
{
	autofree char *text = problems_count(problems) ? problems_text(problems) : NULL;

	if (text)
		log_warning("keytab: %s", text);
}

static void forget(const struct agent *agent, const char *path)
{
	autoproblems struct problems problems = { 0 };

	if (unlink(path) < 0 && errno != ENOENT)
		problem(&problems, "cannot remove %s: %s", path, strerror(errno));
	else if (due_mark(agent->root, DUE_PKI, &problems) == 0)
		timeline_mark(agent->root, "keytab", "the appliance has none for this host any more: removed");
	tell(&problems);
}

static int keep(const struct agent *agent, const char *path, const struct http_response *response,
		struct problems *problems)
{
	autokeytab struct keytab keytab = { 0 };
	autostrv char **principals = NULL;
	autofree char *list = NULL;

	if (keytab_read(response->body, response->body_len, &keytab, "the appliance's keytab", problems) < 0 ||
	    file_write(path, 0600, response->body, response->body_len, problems) < 0 ||
	    due_mark(agent->root, DUE_PKI, problems) < 0)
		return -1;
	principals = keytab_principals(&keytab);
	list = strv_join(principals, ", ");
	timeline_mark(agent->root, "keytab", "of %s", list);
	return 0;
}

static void fetch(struct agent *agent, const char *path)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/keytab", agent->id);
	struct http_request request = agent_host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems problems = { 0 };

	request.max_bytes = KEYTAB_MAX;
	if (agent_ask(agent, &request, &response, &problems) == 0)
		(void)keep(agent, path, &response, &problems);
	if (response.body)
		explicit_bzero(response.body, response.body_len);
	tell(&problems);
}

void agent_keytab_renew(struct agent *agent)
{
	autofree char *path = path_in_root(agent->root, KEYTAB_FILE);
	autofree char *digest = present(path);

	if (streq_null(digest, agent->offered_keytab))
		return;
	if (!agent->offered_keytab) {
		forget(agent, path);
		return;
	}
	if (streq_null(agent->offered_keytab, agent->tried_keytab) && until_ms(agent->keytab_next_ms) > 0)
		return;
	free(agent->tried_keytab);
	agent->tried_keytab = xstrdup(agent->offered_keytab);
	agent->keytab_next_ms = now_ms() + RETRY_MS;
	fetch(agent, path);
}
