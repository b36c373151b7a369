// SPDX-License-Identifier: MIT
/*
 * Mount options; see storage_nfs_options.h. docs/storage.md tells operators the same at more length.
 *
 * Roost's defaults, and why (nfs(5)):
 *   vers=4.1               one port, no rpcbind or statd. Not 4.2: Debian's client then reads with
 *                          READ_PLUS, which servers get wrong (nfs-ganesha 4 answers with EIO to
 *                          sparse files). A server that does it right is used with --opts=vers=4.2,
 *                          which lets guests give space back (DEALLOCATE).
 *   sec=sys                the host has no daemon for Kerberos with NFS (rpc.gssd), and without the word the kernel
 *                          asks for three kinds of it with each mount, a program each
 *   softerr,timeo=150,retrans=3
 *                          a server that is silent for a minute (15 s, and three times 15 s more) gives
 *                          an error instead of processes that nobody can end. Guests' disks bypass
 *                          the page cache (cache=none), so QEMU sees the error, and a guest with
 *                          error_policy='stop' is paused; with "hard" libvirt itself would hang.
 *                          Who prefers to wait for ever says --opts=hard.
 *   retry=0                one try; trying again is roost-storage's job
 *   nosuid,nodev,noexec    these are disks and ISO files
 *   (no nconnect)          the kernel's one connection a server, which all of its mounts share; the
 *                          first mount decides. --opts=nconnect=4 pays off beyond 10 Gb/s and over bonds.
 *
 * Version 3 has its locks and its mounts in protocols of their own:
 *   nolock                 locks are kept on this host: statd and rpcbind, which NLM needs, would be
 *                          two more daemons that listen to the network, and a server that restarts
 *                          calls them back. Two hosts are not kept from one disk: version 4 does that.
 *   proto=tcp,mountproto=tcp
 *                          no UDP: its retries have no end, and firewalls drop it
 */
#include "common/str.h"
#include "node/storage_nfs_options.h"

#define V3 1u
#define V4 2u

static const struct {
	const char *option;
	unsigned versions;
	const char *same; /* names of options that replace it, each in spaces */
} defaults[] = {
	{ "vers=4.1", V4, " vers nfsvers minorversion v3 v4 v4.0 v4.1 v4.2 " },
	{ "sec=sys", V3 | V4, " sec " },
	{ "nolock", V3, " lock nolock local_lock " },
	{ "proto=tcp", V3, " proto tcp udp rdma " },
	{ "mountproto=tcp", V3, " mountproto " },
	{ "softerr", V3 | V4, " soft softerr hard " },
	{ "timeo=150", V3 | V4, " timeo " },
	{ "retrans=3", V3 | V4, " retrans " },
	{ "retry=0", V3 | V4, "" },
	{ "nosuid", V3 | V4, " suid nosuid " },
	{ "nodev", V3 | V4, " dev nodev " },
	{ "noexec", V3 | V4, " exec noexec " },
};

/* Options that move the wait to where nobody bounds it. */
static const char *const refused_options[] = { "bg", "retry", "x-systemd.automount" };

static const char *const versions[] = { "3", "4", "4.0", "4.1", "4.2" };

static bool has_name(const char *option, const char *name)
{
	const char *rest = str_after(option, name);

	return rest && (*rest == '\0' || *rest == '=');
}

/* "4.1" of "vers=4.1", "nfsvers=4.1" or "v4.1"; NULL for any other option. */
static const char *version_in(const char *option)
{
	const char *value = str_after(option, "vers=");

	if (!value)
		value = str_after(option, "nfsvers=");
	if (!value && option[0] == 'v' && option[1] >= '0' && option[1] <= '9')
		value = option + 1;
	return value;
}

/* The version that `opts` name last; NULL: none. */
static const char *version_of(char *const *opts)
{
	const char *version = NULL;

	for (; opts && *opts; opts++)
		if (version_in(*opts))
			version = version_in(*opts);
	return version;
}

static bool is_replaced(size_t i, char *const *opts)
{
	for (; opts && *opts; opts++) {
		int len = (int)strcspn(*opts, "=");
		autofree char *word = xasprintf(" %.*s ", len, *opts);

		if (strstr(defaults[i].same, word))
			return true;
	}
	return false;
}

char *nfs_options(char *const *opts)
{
	const char *version = version_of(opts);
	unsigned wanted = version && streq(version, "3") ? V3 : V4;
	autostrv char **all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if ((defaults[i].versions & wanted) && !is_replaced(i, opts))
			strv_push(&all, defaults[i].option);
	for (; opts && *opts; opts++)
		strv_push(&all, *opts);
	return strv_join(all, ",");
}

int nfs_port(char *const *opts)
{
	long long port = NFS_DEFAULT_PORT;

	for (; opts && *opts; opts++)
		if (str_after(*opts, "port="))
			str_to_int(str_after(*opts, "port="), 1, 65535, &port);
	return (int)port;
}

bool nfs_is_read_only(char *const *opts)
{
	bool is_read_only = false;

	for (; opts && *opts; opts++)
		if (streq(*opts, "ro") || streq(*opts, "rw"))
			is_read_only = streq(*opts, "ro");
	return is_read_only;
}

static bool is_version(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		if (streq(versions[i], text))
			return true;
	return false;
}

int nfs_check_options(char *const *opts, struct problems *problems)
{
	for (; opts && *opts; opts++) {
		const char *version = version_in(*opts);

		if (version && !is_version(version))
			return problem(problems, "mount option '%s' is refused: version 3, 4, 4.0, 4.1 "
				       "or 4.2 was expected", *opts);
		for (size_t i = 0; i < ARRAY_SIZE(refused_options); i++)
			if (has_name(*opts, refused_options[i]))
				return problem(problems, "mount option '%s' is refused: waiting "
					       "and trying again is roost-storage's job", *opts);
	}
	return 0;
}
