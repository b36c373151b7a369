// SPDX-License-Identifier: MIT
/*
 * The initiator's name, node records and logins; see storage_iscsi.h.
 *
 * A record is what `iscsiadm -m node -o new` would write (iscsiadm(8), iscsid.conf(5)): one
 * "name = value" a line, and what is left out has open-iscsi's default. Since the portal group's
 * tag is not known without a discovery, the record is the file TARGET/ADDRESS,PORT, not a folder.
 */
#include <stdio.h>

#include "common/cli.h"
#include "common/file.h"
#include "common/process.h"
#include "node/node_id.h"
#include "node/storage_iscsi.h"
#include "node/storage_probe.h"
#include "node/storage_sysfs.h"

#define INITIATOR_PREFIX "iqn.1993-08.org.debian:01:"
#define SECRET_MAX 255 /* open-iscsi's AUTH_STR_MAX_LEN with its NUL */
#define PROBE_MS 5000
#define LOGOUT_ALL_MS 15000 /* below TimeoutStopSec of roost-storage-detach.service */
#define LOGIN_MS 60000 /* above retries x time limit of the record below, below ISCSI_TASK_MS */

/*
 * Bounds of a login, and of what happens when the target goes away: after noop_out 5 + 5 s the
 * connection counts as lost; I/O waits another two minutes for its return before guests see errors.
 */
static const struct {
	const char *name, *value;
} bounds[] = {
	{ "node.session.initial_login_retry_max", "2" },
	{ "node.session.timeo.replacement_timeout", "120" },
	{ "node.conn[0].timeo.login_timeout", "10" },
	{ "node.conn[0].timeo.logout_timeout", "10" },
	{ "node.conn[0].timeo.auth_timeout", "10" },
	{ "node.conn[0].timeo.noop_out_interval", "5" },
	{ "node.conn[0].timeo.noop_out_timeout", "5" },
};

char *iscsi_initiator_name(const char *root, const char *override)
{
	autofree char *id = NULL;

	if (override)
		return xstrdup(override);
	id = node_id(root);
	return id ? xasprintf(INITIATOR_PREFIX "%s", id) : NULL;
}

int iscsi_write_initiator(const char *root, const char *name, bool *ret_is_new,
			  struct problems *problems)
{
	autofree char *path = path_in_root(root, ISCSI_INITIATOR_FILE);
	autofree char *text = xasprintf("InitiatorName=%s\n", name);
	bool is_new = !file_has(path, text, strlen(text));

	if (is_new && file_write_text(path, 0600, text, problems) < 0)
		return -1;
	*ret_is_new = is_new;
	return 0;
}

/* A value is the rest of its line, without white space at its ends. */
static bool survives_record(const char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len > SECRET_MAX || value[0] == ' ' || value[len - 1] == ' ')
		return false;
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 127)
			return false;
	return true;
}

int iscsi_check(const struct iscsi_session *session, struct problems *problems)
{
	const char *const texts[] = { session->user, session->password, session->reverse_user,
				      session->reverse_password };

	if (session->iface)
		return problem(problems, "--iface is not possible yet: leave it out");
	if (!session->user != !session->password ||
	    !session->reverse_user != !session->reverse_password)
		return problem(problems, "a CHAP user and its password belong together");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i] && !survives_record(texts[i]))
			return problem(problems, "CHAP users and passwords must have 1 to %d "
				       "characters, no control characters, and no space at "
				       "either end", SECRET_MAX);
	return 0;
}

char *iscsi_portal(const struct iscsi_session *session)
{
	bool is_ipv6 = strchr(session->address, ':');

	return xasprintf(is_ipv6 ? "[%s]:%d" : "%s:%d", session->address, session->port);
}

char *iscsi_record_path(const char *root, const struct iscsi_session *session)
{
	autofree char *path = xasprintf(ISCSI_NODES_FOLDER "/%s/%s,%d", session->target,
					session->address, session->port);

	return path_in_root(root, path);
}

static void write_chap(FILE *f, const struct iscsi_session *session, bool hide_secret)
{
	static const char prefix[] = "node.session.auth.";

	if (!session->user)
		return;
	fprintf(f, "%sauthmethod = CHAP\n", prefix);
	fprintf(f, "%susername = %s\n", prefix, session->user);
	fprintf(f, "%spassword = %s\n", prefix, hide_secret ? "***" : session->password);
	if (!session->reverse_user)
		return;
	fprintf(f, "%susername_in = %s\n", prefix, session->reverse_user);
	fprintf(f, "%spassword_in = %s\n", prefix,
		hide_secret ? "***" : session->reverse_password);
}

char *iscsi_record_text(const struct iscsi_session *session, bool hide_secret)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fprintf(f, "# BEGIN RECORD 2.1.11\n");
	fprintf(f, "node.name = %s\nnode.tpgt = -1\nnode.startup = manual\n", session->target);
	fprintf(f, "iface.iscsi_ifacename = default\niface.transport_name = tcp\n");
	fprintf(f, "node.discovery_type = static\n");
	write_chap(f, session, hide_secret);
	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++)
		fprintf(f, "%s = %s\n", bounds[i].name, bounds[i].value);
	fprintf(f, "node.conn[0].address = %s\nnode.conn[0].port = %d\n", session->address,
		session->port);
	fprintf(f, "node.conn[0].startup = manual\n# END RECORD\n");
	fclose(f);
	return text;
}

/* iscsiadm's exit status (iscsiadm(8), "EXIT STATUS") in plain words, with what to look at. */
static const struct {
	int status;
	const char *words;
} failures[] = {
	{ 4, "the connection to the portal failed" },
	{ 5, "the target refused the login" },
	{ 7, "the initiator did not accept its settings" },
	{ 8, "the target did not answer the login in time" },
	{ 11, "the target did not answer the login in time" },
	{ 12, "the kernel has no iSCSI over TCP (module iscsi_tcp)" },
	{ 18, "the initiator's daemon iscsid does not answer" },
	{ 19, "the target refused the login: no such target, or it does not know this host's "
	      "initiator name" },
	{ 20, "the initiator's daemon iscsid is not running" },
	{ 23, "the portal's name has no address" },
	{ 24, "authentication failed: the target does not accept this user and password" },
};

#define STATUS_EXISTS 15

static const char *failure_words(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (failures[i].status == status)
			return failures[i].words;
	return NULL;
}

static int run_login(const struct iscsi_session *session, const char *portal,
		     struct problems *problems)
{
	const char *argv[] = { "iscsiadm", "--mode",   "node",	 "--targetname", session->target,
			       "--portal", portal, "--login", NULL };
	struct process process = { .argv = argv, .timeout_ms = LOGIN_MS };
	struct process_result result;
	autoproblems struct problems details = { 0 };
	int status = process_run(&process, &result, &details);
	const char *words = failure_words(result.status);

	if (result.status == STATUS_EXISTS)
		status = 0;
	else if (status < 0 && words)
		problem(problems, "%s: %s", portal, words);
	else if (status < 0)
		problem(problems, "%s: %s", portal, details.items[0]);
	process_result_done(&result);
	return status;
}

int iscsi_login(const void *arg, struct task_result *ret, struct problems *problems)
{
	const struct iscsi_session *session = arg;
	autofree char *portal = iscsi_portal(session);
	enum iscsi_session_state state = iscsi_session_state("/", session->target);

	if (state == ISCSI_SESSION_LOST)
		return problem(problems, "%s: the session is lost; the initiator keeps trying",
			       portal);
	if (state == ISCSI_SESSION_NONE) {
		if (probe_tcp(session->address, session->port, PROBE_MS, problems) < 0 ||
		    run_login(session, portal, problems) < 0)
			return -1;
	}
	ret->note = xasprintf("%s at %s", session->target, portal);
	return 0;
}

int iscsi_logout_all(struct problems *problems)
{
	static const char *const argv[] = { "iscsiadm", "--mode", "node", "--logoutall=all", NULL };
	struct process process = { .argv = argv, .timeout_ms = LOGOUT_ALL_MS };

	if (!iscsi_has_sessions("/"))
		return 0;
	return process_run(&process, NULL, problems);
}
