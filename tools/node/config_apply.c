// SPDX-License-Identifier: MIT
/* Host name, time zone, time sources, Kerberos' realm; see config_apply.h. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/cli.h"
#include "common/file.h"
#include "node/bus.h"
#include "node/config_apply.h"
#include "node/config_krb5.h"
#include "node/node_id.h"

#define TIMESYNCD "/run/systemd/timesyncd.conf.d/50-roost.conf"

static bool is_running_system(const char *root)
{
	return streq(root, "/");
}

static int set_hostname(const char *root, const char *name, struct problems *problems)
{
	struct utsname current;

	if (!is_running_system(root) || (uname(&current) == 0 && streq(current.nodename, name)))
		return 0;
	return sethostname(name, strlen(name)) < 0 ?
	       problem_errno(problems, errno, "host name %s", name) : 0;
}

/*
 * A host that nobody named still has a name of its own, from its hardware, so that two of them can be
 * told apart. It is not written down: DHCP may name the host better.
 */
static int name_by_hardware(const char *root, struct problems *problems)
{
	struct utsname current;
	autofree char *id = NULL, *name = NULL;

	if (!is_running_system(root) || uname(&current) < 0 ||
	    !(streq(current.nodename, "localhost") || streq(current.nodename, "(none)") ||
	      streq(current.nodename, "")))
		return 0;
	id = node_id(root);
	name = id ? xasprintf("roost-%.8s", id) : NULL;
	return name ? set_hostname(root, name, problems) : 0;
}

static int apply_hostname(const char *root, const struct host *host, struct problems *problems)
{
	autofree char *path = path_in_root(root, "/etc/hostname");
	autofree char *line = NULL;

	if (!host->hostname.name)
		return name_by_hardware(root, problems);
	line = xasprintf("%s\n", host->hostname.name);
	if (!file_has(path, line, strlen(line)) &&
	    file_write_text(path, 0644, line, problems) < 0)
		return -1;
	return set_hostname(root, host->hostname.name, problems);
}

/* UTC is what a host has without any data. */
static bool has_zone(const char *root, const char *zone)
{
	autofree char *data = xasprintf("%s/usr/share/zoneinfo/%s", root, zone);

	return streq(zone, "UTC") || path_exists(data);
}

/* /etc/localtime is a link by localtime(5); replaced in one step. */
static int apply_timezone(const char *root, const struct host *host, struct problems *problems)
{
	const char *zone = host->timezone.zone;
	autofree char *target = zone ? xasprintf("../usr/share/zoneinfo/%s", zone) : NULL;
	autofree char *path = path_in_root(root, "/etc/localtime");
	autofree char *temporary = xasprintf("%s.new", path);
	char current[256];
	ssize_t n;

	if (!zone || !has_zone(root, zone))
		return 0;
	n = readlink(path, current, sizeof(current) - 1);
	if (n > 0 && (size_t)n == strlen(target) && memcmp(current, target, (size_t)n) == 0)
		return 0;
	(void)unlink(temporary);
	if (make_parent_folders(path, problems) < 0)
		return -1;
	if (symlink(target, temporary) < 0 || rename(temporary, path) < 0)
		return problem_errno(problems, errno, "%s", path);
	return 0;
}

/* The text of the drop-in; NULL when nothing was said. An empty NTP= and FallbackNTP= mean none. */
static char *timesyncd_text(const struct host *host)
{
	autostrv char **servers = strv_copy(host->timezone.ntpservers);
	bool is_off = host->timezone.nontp;
	autofree char *list = NULL;

	for (size_t i = 0; i < host->timesources_count; i++) {
		const struct host_timesource *source = &host->timesources[i];

		is_off |= source->ntp_disable;
		if (source->ntp_server || source->ntp_pool)
			strv_push(&servers, source->ntp_server ? source->ntp_server :
								 source->ntp_pool);
	}
	if (!servers && !is_off)
		return NULL;
	list = servers ? strv_join(servers, " ") : xstrdup("");
	return xasprintf("# Written by roost-config from host.conf\n[Time]\nNTP=%s\nFallbackNTP=\n",
			 list);
}

static int apply_timesources(const char *root, const struct host *host, struct problems *problems)
{
	autofree char *path = path_in_root(root, TIMESYNCD);
	autofree char *text = timesyncd_text(host);

	if (text ? file_has(path, text, strlen(text)) : !path_exists(path))
		return 0;
	if (text && file_write_text(path, 0644, text, problems) < 0)
		return -1;
	if (!text && unlink(path) < 0)
		return problem_errno(problems, errno, "%s", path);
	return is_running_system(root) ? bus_try_restart("systemd-timesyncd.service", problems) : 0;
}

int config_apply(const char *root, const struct host *host, struct problems *problems)
{
	int bad = apply_hostname(root, host, problems) | apply_timezone(root, host, problems) |
		  apply_timesources(root, host, problems) | config_krb5(root, host, problems);

	return bad ? -1 : 0;
}

void config_unapplied(const char *root, const struct host *host, char ***ret_lines)
{
	if (host->rootpw.password && !host->rootpw.lock)
		strv_push(ret_lines, "rootpw: nobody logs in to a host with a password: expected `sshkey` or `rootpw --lock`");
	for (size_t i = 0; i < host->sshkeys_count; i++)
		if (!streq(host->sshkeys[i].username, "root"))
			strv_pushf(ret_lines, "sshkey --username=%s: nobody but root logs in to a host",
				   host->sshkeys[i].username);
	if (host->timezone.zone && !has_zone(root, host->timezone.zone))
		strv_pushf(ret_lines, "timezone %s: this image has no data about it",
			   host->timezone.zone);
}
