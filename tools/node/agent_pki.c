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
#include "node/due.h"

#define RETRY_MS (60 * 1000)

/* One of the two. Their places are parts of struct agent. */
struct certified {
	const char *purpose;    /* as the appliance calls it, NULL: the host's own */
	const char *folder, *ca_file, *key_file, *certificate_file;
	mode_t key_mode;        /* the folder's group may be another one than root */
	struct identity *identity;
	char **names;           /* that it was asked for with */
	int64_t *next_ms;       /* not before: when another one may be asked for */
};

static struct certified host_of(struct agent *agent)
{
	return (struct certified){ NULL, PKI_FOLDER, "ca.pem", "key.pem", "cert.pem", 0600, &agent->identity,
				   &agent->certified, &agent->certificate_next_ms };
}

static struct certified guests_of(struct agent *agent)
{
	return (struct certified){ "guests", PKI_GUESTS_FOLDER, "ca-cert.pem", "server-key.pem", "server-cert.pem",
				   0640, &agent->guests, &agent->guests_certified, &agent->guests_next_ms };
}

/* ---- Files ------------------------------------------------------------------------------------------ */

static int write_one(const struct agent *agent, const struct certified *kind, const char *file, mode_t mode,
		     const char *text, struct problems *problems)
{
	autofree char *folder = path_in_root(agent->root, kind->folder);
	autofree char *path = path_join(folder, file);

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

static void write_all(struct agent *agent, const struct certified *kind)
{
	autofree char *folder = path_in_root(agent->root, kind->folder);
	autoproblems struct problems problems = { 0 };

	free(*kind->names);
	*kind->names = xstrdup(agent->told_names);
	if (make_folders(folder, 0755, &problems) < 0 ||
	    write_one(agent, kind, kind->ca_file, 0644, agent->ca_pem, &problems) < 0 ||
	    write_one(agent, kind, kind->key_file, kind->key_mode, kind->identity->key_pem, &problems) < 0 ||
	    write_one(agent, kind, kind->certificate_file, 0644, kind->identity->certificate_pem, &problems) < 0 ||
	    (!kind->purpose && due_mark(agent->root, DUE_PKI, &problems) < 0))
		tell(&problems);
}

void agent_pki_write(struct agent *agent)
{
	struct certified host = host_of(agent);

	write_all(agent, &host);
}

static void remove_one(const struct agent *agent, const struct certified *kind)
{
	const char *const files[] = { kind->certificate_file, kind->key_file, kind->ca_file };
	autofree char *folder = path_in_root(agent->root, kind->folder);

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autofree char *path = path_join(folder, files[i]);

		(void)unlink(path);
	}
}

/* The folders stay: their groups and what points there are not ours. */
void agent_pki_remove(struct agent *agent)
{
	struct certified host = host_of(agent), guests = guests_of(agent);
	autoproblems struct problems problems = { 0 };

	remove_one(agent, &host);
	remove_one(agent, &guests);
	if (due_mark(agent->root, DUE_PKI, &problems) < 0)
		tell(&problems);
}

/* ---- Renewal --------------------------------------------------------------------------------------- */

static bool is_due(const struct agent *agent, const struct certified *kind)
{
	const char *pem = kind->identity->certificate_pem;

	if (until_ms(*kind->next_ms) > 0)
		return false;
	return !pem || !streq_null(agent->told_names, *kind->names) || certificate_is_old(pem, time(NULL));
}

static int take(const struct agent *agent, const struct certified *kind, const struct http_response *response,
		struct problems *problems)
{
	autofree char *pem = NULL;

	if (reply_certificate_read(response->body, response->body_len, &pem, problems) < 0)
		return -1;
	return identity_set_certificate(kind->identity, agent->id, pem, problems);
}

static int ask(struct agent *agent, const struct certified *kind, struct problems *problems)
{
	autofree char *url = agent_config_url(&agent->config, "/v1/hosts/%s/certificate", agent->id);
	autoresponse struct http_response response = { 0 };
	autojson json_t *body = json_pack("{ss, ss*}", "csr", kind->identity->csr_pem, "for", kind->purpose);

	if (agent_ask_with(agent, url, body, &response, problems) < 0)
		return -1;
	return take(agent, kind, &response, problems);
}

static void renew(struct agent *agent, const struct certified *kind)
{
	autoproblems struct problems problems = { 0 };
	bool is_first = !kind->identity->certificate_pem;

	*kind->next_ms = now_ms() + RETRY_MS;
	if ((!kind->identity->key_pem && identity_new(agent->id, kind->identity, &problems) < 0) ||
	    ask(agent, kind, &problems) < 0) {
		tell(&problems);
		return;
	}
	write_all(agent, kind);
	if (is_first)
		*kind->next_ms = 0;
	timeline_mark(agent->root, "certificate", "%s, for %s", kind->purpose ? "guests' one" : "renewed", *kind->names);
}

void agent_pki_renew(struct agent *agent)
{
	struct certified kinds[] = { host_of(agent), guests_of(agent) };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_due(agent, &kinds[i]))
			renew(agent, &kinds[i]);
}
