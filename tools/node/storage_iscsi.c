// SPDX-License-Identifier: MIT
/*
 * The initiator's name and node records; see storage_iscsi.h.
 *
 * A record is what `iscsiadm -m node -o new` would write (iscsiadm(8), iscsid.conf(5)): one
 * "name = value" a line, and what is left out has open-iscsi's default. Since the portal group's
 * tag is not known without a discovery, the record is the file TARGET/ADDRESS,PORT, not a folder.
 */
#include <stdio.h>

#include "common/cli.h"
#include "common/file.h"
#include "node/node_id.h"
#include "node/storage_iscsi.h"

#define INITIATOR_PREFIX "iqn.1993-08.org.debian:01:"
#define SECRET_MAX 255 /* open-iscsi's AUTH_STR_MAX_LEN with its NUL */
/*
 * How long I/O waits for a lost session before guests see errors; of joined paths, before it goes another
 * way. When all of those are lost it is multipathd that waits, as long (overlay/etc/multipath.conf).
 */
#define REPLACEMENT_S 120
#define REPLACEMENT_JOINED_S 5
#define LOGIN_RETRIES 2

struct setting {
	const char *name, *value;
};

/*
 * Bounds of a login, and of what happens when the target goes away: after noop_out 5 + 5 s the
 * connection counts as lost.
 */
static const struct setting bounds[] = {
	{ "node.conn[0].timeo.login_timeout", "10" },
	{ "node.conn[0].timeo.logout_timeout", "10" },
	{ "node.conn[0].timeo.auth_timeout", "10" },
	{ "node.conn[0].timeo.noop_out_interval", "5" },
	{ "node.conn[0].timeo.noop_out_timeout", "5" },
};

static const struct setting discovery_bounds[] = {
	{ "discovery.sendtargets.timeo.login_timeout", "15" },
	{ "discovery.sendtargets.timeo.auth_timeout", "15" },
	{ "discovery.sendtargets.timeo.active_timeout", "20" },
	{ "discovery.sendtargets.reopen_max", "1" },
	{ "discovery.sendtargets.use_discoveryd", "No" },
	{ "discovery.sendtargets.iscsi.MaxRecvDataSegmentLength", "32768" },
};

static void write_settings(FILE *f, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%s = %s\n", settings[i].name, settings[i].value);
}

char *iscsi_initiator_name(const char *root, const char *override)
{
	autofree char *id = NULL;

	if (override)
		return xstrdup(override);
	id = node_id(root);
	return id ? xasprintf(INITIATOR_PREFIX "%s", id) : NULL;
}

int iscsi_write_initiator(const char *root, const char *name, bool *ret_is_other,
			  struct problems *problems)
{
	autofree char *path = path_in_root(root, ISCSI_INITIATOR_FILE);
	autofree char *text = xasprintf("InitiatorName=%s\n", name);
	bool is_new = !file_has(path, text, strlen(text)), is_other = is_new && path_exists(path);

	if (is_new && file_write_text(path, 0600, text, problems) < 0)
		return -1;
	*ret_is_other = is_other;
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

static void write_chap(FILE *f, const char *prefix, const struct iscsi_session *session,
		       bool hide_secret)
{
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

char *iscsi_iface_path(const char *root, const struct iscsi_session *session)
{
	autofree char *folder = path_in_root(root, ISCSI_IFACES_FOLDER);

	return session->iface ? path_join(folder, session->iface) : NULL;
}

/* What names the session's device in sysfs is the device's own name. */
static void write_iface(FILE *f, const char *iface)
{
	fprintf(f, "iface.iscsi_ifacename = %s\niface.transport_name = tcp\n",
		iface ? iface : "default");
	if (iface)
		fprintf(f, "iface.net_ifacename = %s\n", iface);
}

char *iscsi_iface_text(const struct iscsi_session *session)
{
	char *text = NULL;
	size_t len;
	FILE *f;

	if (!session->iface)
		return NULL;
	f = xopen_memstream(&text, &len);
	write_iface(f, session->iface);
	fclose(f);
	return text;
}

static void write_digest(FILE *f, const char *name, bool is_wanted)
{
	if (is_wanted)
		fprintf(f, "node.conn[0].iscsi.%s = CRC32C\n", name);
}

char *iscsi_record_text(const struct iscsi_session *session, bool hide_secret)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fprintf(f, "# BEGIN RECORD 2.1.11\n");
	fprintf(f, "node.name = %s\nnode.tpgt = -1\nnode.startup = manual\n", session->target);
	write_iface(f, session->iface);
	fprintf(f, "node.discovery_type = static\n");
	write_chap(f, "node.session.auth.", session, hide_secret);
	fprintf(f, "node.session.initial_login_retry_max = %d\n", LOGIN_RETRIES);
	fprintf(f, "node.session.timeo.replacement_timeout = %d\n",
		session->is_joined ? REPLACEMENT_JOINED_S : REPLACEMENT_S);
	write_settings(f, bounds, ARRAY_SIZE(bounds));
	fprintf(f, "node.conn[0].address = %s\nnode.conn[0].port = %d\n", session->address,
		session->port);
	write_digest(f, "HeaderDigest", session->header_digest);
	write_digest(f, "DataDigest", session->data_digest);
	fprintf(f, "node.conn[0].startup = manual\n# END RECORD\n");
	fclose(f);
	return text;
}

char *iscsi_discovery_path(const char *root, const struct iscsi_session *like)
{
	autofree char *path = xasprintf(ISCSI_DISCOVERY_FOLDER "/%s,%d/st_config", like->address,
					like->port);

	return path_in_root(root, path);
}

char *iscsi_discovery_text(const struct iscsi_session *like, bool hide_secret)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fprintf(f, "# BEGIN RECORD 2.1.11\n");
	fprintf(f, "discovery.startup = manual\ndiscovery.type = sendtargets\n");
	fprintf(f, "discovery.sendtargets.address = %s\ndiscovery.sendtargets.port = %d\n",
		like->address, like->port);
	write_chap(f, "discovery.sendtargets.auth.", like, hide_secret);
	write_settings(f, discovery_bounds, ARRAY_SIZE(discovery_bounds));
	fprintf(f, "# END RECORD\n");
	fclose(f);
	return text;
}

/* The folder is for root alone, whoever made it. */
static int write_private(const char *root, const char *folder, const char *path, const char *text,
			 struct problems *problems)
{
	autofree char *full = path_in_root(root, folder);

	if (make_folders(full, 0700, problems) < 0)
		return -1;
	return file_has(path, text, strlen(text)) ? 0 : file_write_text(path, 0600, text, problems);
}

static int write_iface_file(const char *root, const struct iscsi_session *session,
			    struct problems *problems)
{
	autofree char *path = iscsi_iface_path(root, session);
	autofree char *text = iscsi_iface_text(session);

	return path ? write_private(root, ISCSI_IFACES_FOLDER, path, text, problems) : 0;
}

/* A record of the session or of the discovery, below `folder`, and the file about its device. */
static int write_with_iface(const char *root, const struct iscsi_session *session, const char *folder,
			    const char *path, const char *text, struct problems *problems)
{
	return write_iface_file(root, session, problems) < 0 ? -1 :
	       write_private(root, folder, path, text, problems);
}

int iscsi_write_record(const char *root, const struct iscsi_session *session,
		       struct problems *problems)
{
	autofree char *path = iscsi_record_path(root, session);
	autofree char *text = iscsi_record_text(session, false);

	return write_with_iface(root, session, ISCSI_NODES_FOLDER, path, text, problems);
}

int iscsi_write_discovery(const char *root, const struct iscsi_session *like,
			  struct problems *problems)
{
	autofree char *path = iscsi_discovery_path(root, like);
	autofree char *text = iscsi_discovery_text(like, false);

	return write_with_iface(root, like, ISCSI_DISCOVERY_FOLDER, path, text, problems);
}
