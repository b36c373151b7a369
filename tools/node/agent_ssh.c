// SPDX-License-Identifier: MIT
/* The ssh key's certificate, POST /v1/hosts/{id}/ssh-certificate; see agent_ssh.h. */
#include <time.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/ssh_wire.h"
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_replies.h"
#include "node/agent_ssh.h"
#include "node/due.h"
#include "node/services_sshd.h"

#define RETRY_MS (60 * 1000)

/* The first line; NULL: there is none. Owned by the caller. */
static char *read_text(const struct agent *agent, const char *file, size_t max)
{
	autofree char *path = path_in_root(agent->root, file);
	char *text = NULL;

	(void)file_read_optional(path, max, &text, NULL, NULL);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool is_for(const struct ssh_certificate *certificate, const char *key)
{
	unsigned char point[SSH_POINT_LEN];

	return ssh_key_read(key, point) && memcmp(point, certificate->point, sizeof(point)) == 0;
}

static bool is_old(const struct ssh_certificate *certificate)
{
	uint64_t now = (uint64_t)time(NULL);

	return now > certificate->until - (certificate->until - certificate->from) / 3;
}

static bool is_due(const struct agent *agent, const char *key)
{
	autofree char *text = read_text(agent, SSH_HOST_CERTIFICATE_FILE, SSH_CERTIFICATE_TEXT_MAX);
	struct ssh_certificate certificate;

	if (until_ms(agent->ssh_next_ms) > 0 && streq_null(key, agent->ssh_key))
		return false;
	return !text || !ssh_certificate_read(text, &certificate) || !is_for(&certificate, key) || is_old(&certificate) ||
	       !streq_null(agent->told_names, agent->ssh_certified);
}

static int take(const struct agent *agent, const char *key, const struct http_response *response,
		struct problems *problems)
{
	autofree char *path = path_in_root(agent->root, SSH_HOST_CERTIFICATE_FILE), *text = NULL;
	struct ssh_certificate certificate;

	if (reply_ssh_certificate_read(response->body, response->body_len, &text, &certificate, problems) < 0)
		return -1;
	if (!is_for(&certificate, key))
		return problem(problems, "the appliance sent a certificate for another key");
	if (file_write_text(path, 0644, text, problems) < 0)
		return -1;
	return due_mark(agent->root, DUE_PKI, problems);
}

static int ask(const struct agent *agent, const char *key, struct problems *problems)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/ssh-certificate", agent->id);
	autoresponse struct http_response response = { 0 };
	autojson json_t *body = json_pack("{ss}", "key", key);

	if (agent_ask_with(agent, url, body, &response, problems) < 0)
		return -1;
	return take(agent, key, &response, problems);
}

void agent_ssh_renew(struct agent *agent)
{
	autofree char *key = read_text(agent, SSH_HOST_KEY_PUBLIC, SSH_KEY_TEXT_MAX);
	autoproblems struct problems problems = { 0 };
	bool is_first = !streq_null(key, agent->ssh_key);

	if (!key || !is_due(agent, key))
		return;
	agent->ssh_next_ms = now_ms() + RETRY_MS;
	free(agent->ssh_key);
	agent->ssh_key = xstrdup(key);
	if (ask(agent, key, &problems) < 0) {
		cli_fail(&problems, 0);
		return;
	}
	free(agent->ssh_certified);
	agent->ssh_certified = xstrdup(agent->told_names);
	if (is_first)
		agent->ssh_next_ms = 0;
	timeline_mark(agent->root, "ssh-certificate", "for %s", agent->told_names);
}

void agent_ssh_remove(const struct agent *agent)
{
	autofree char *path = path_in_root(agent->root, SSH_HOST_CERTIFICATE_FILE);

	(void)unlink(path);
}
