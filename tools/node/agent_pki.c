// SPDX-License-Identifier: MIT
/* The host's certificate for others, POST /v1/hosts/{id}/certificate; see agent_pki.h. */
#include <time.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/timeline.h"
#include "node/agent_http.h"
#include "node/agent_pki.h"
#include "node/agent_replies.h"
#include "node/certificate.h"

#define CERTIFICATE_FILE PKI_FOLDER "/cert.pem"
#define RETRY_MS (60 * 1000)

static int write_one(const struct agent *agent, const char *file, mode_t mode, const char *text,
		     struct problems *problems)
{
	autofree char *path = path_in_root(agent->root, file);

	return file_write_text(path, mode, text, problems);
}

static void tell(const struct problems *problems)
{
	for (char **item = problems->items; item && *item; item++)
		log_warning("certificate: %s", *item);
}

void agent_pki_tell(struct agent *agent, const json_t *told, const char *address)
{
	const char *name = json_string_value(json_object_get(told, "hostname"));

	free(agent->told_names);
	agent->told_names = xasprintf("%s %s", name ? name : "-", address ? address : "-");
}

void agent_pki_write(struct agent *agent)
{
	autofree char *folder = path_in_root(agent->root, PKI_FOLDER);
	autoproblems struct problems problems = { 0 };

	free(agent->certified);
	agent->certified = xstrdup(agent->told_names);
	if (make_folders(folder, 0755, &problems) < 0 ||
	    write_one(agent, PKI_FOLDER "/ca.pem", 0644, agent->ca_pem, &problems) < 0 ||
	    write_one(agent, PKI_FOLDER "/key.pem", 0600, agent->identity.key_pem, &problems) < 0 ||
	    write_one(agent, CERTIFICATE_FILE, 0644, agent->identity.certificate_pem, &problems) < 0)
		tell(&problems);
}

void agent_pki_remove(const struct agent *agent)
{
	autofree char *folder = path_in_root(agent->root, PKI_FOLDER);

	if (path_exists(folder))
		remove_tree(folder, NULL);
}

/* ---- Renewal --------------------------------------------------------------------------------------- */

static bool is_due(const struct agent *agent)
{
	if (until_ms(agent->certificate_next_ms) > 0)
		return false;
	return !streq_null(agent->told_names, agent->certified) ||
	       certificate_is_old(agent->identity.certificate_pem, time(NULL));
}

static int take(struct agent *agent, const struct http_response *response, struct problems *problems)
{
	autofree char *pem = NULL;

	if (reply_certificate_read(response->body, response->body_len, &pem, problems) < 0)
		return -1;
	return identity_set_certificate(&agent->identity, agent->id, pem, problems);
}

void agent_pki_renew(struct agent *agent)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/certificate", agent->id);
	struct http_request request = agent_host_request(agent, url);
	autoresponse struct http_response response = { 0 };
	autoproblems struct problems problems = { 0 };
	struct step_result result = { 0 };
	autojson json_t *body = NULL;
	autofree char *text = NULL;

	if (!is_due(agent))
		return;
	agent->certificate_next_ms = now_ms() + RETRY_MS;
	body = json_pack("{ss}", "csr", agent->identity.csr_pem);
	text = json_line(body);
	request.method = "POST";
	request.body = text;
	request.body_len = strlen(text);
	if (agent_exchange(agent, &request, &response, &result) != EVENT_DONE)
		problem(&problems, "%s", result.reason ? result.reason : "no answer");
	else if (response.status != 200)
		problem(&problems, "the appliance answers %ld", response.status);
	else if (take(agent, &response, &problems) == 0)
		agent_pki_write(agent);
	if (problems_count(&problems))
		tell(&problems);
	else
		timeline_mark(agent->root, "certificate", "renewed, for %s", agent->certified);
	free(result.reason);
}
