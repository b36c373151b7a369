// SPDX-License-Identifier: MIT
/*
 * The OEMDRV volume; see site.h. mkfs.vfat and mcopy make it in a file in memory that they inherit as
 * an open file, and the files come through standard input: no secret is in a folder or an argument.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/process.h"
#include "host/join_token.h"
#include "host/read.h"
#include "media/site.h"

#define TOOL_TIMEOUT_MS 20000

static int read_kickstart(const char *path, struct site *site, struct problems *problems)
{
	autohost struct host host = { 0 };

	if (file_read(path, KS_MAX_BYTES, &site->kickstart, &site->kickstart_len, problems) < 0)
		return -1;
	return host_read_kickstart(site->kickstart, site->kickstart_len, path, &host, problems);
}

static int read_token(const char *path, struct site *site, struct problems *problems)
{
	autofree char *text = NULL;
	struct stat st;
	size_t len;

	if (stat(path, &st) < 0)
		return problem_errno(problems, errno, "%s", path);
	if (S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXG | S_IRWXO)))
		return problem(problems, "%s: mode %04o: others could read the join token, or change "
			       "it: chmod 600 %s", path, st.st_mode & 07777u, path);
	if (file_read(path, JOIN_TOKEN_MAX, &text, &len, problems) < 0)
		return -1;
	site->token = join_token_read(text, len);
	explicit_bzero(text, len);
	if (!site->token)
		return problem(problems, "%s: expected a join token: one word of printable "
			       "characters, as roostctl token create prints it", path);
	return 0;
}

int site_read(const char *kickstart, const char *token, struct site *ret, struct problems *problems)
{
	struct site site = { 0 };
	int r = 0;

	if (kickstart && read_kickstart(kickstart, &site, problems) < 0)
		r = -1;
	if (token && read_token(token, &site, problems) < 0)
		r = -1;
	if (r < 0)
		site_done(&site);
	else
		*ret = site;
	return r;
}

bool site_is_empty(const struct site *site)
{
	return !site->kickstart && !site->token;
}

void site_done(struct site *site)
{
	if (site->token)
		explicit_bzero(site->token, strlen(site->token));
	free(site->token);
	free(site->kickstart);
	*site = (struct site){ 0 };
}

/* ---- The file system ----------------------------------------------------------------------------- */

/* mkfs.vfat is where only root's PATH leads; the dates in the volume must not be those of the day: they
 * are FAT's first one. */
static int run_tool(const char *const *argv, const char *input, size_t input_len,
		    struct problems *problems)
{
	const char *path = getenv("PATH");
	autofree char *path_entry = xasprintf("PATH=%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
	const char *const env[] = { path_entry, "SOURCE_DATE_EPOCH=315532800", "TZ=UTC",
				    "MTOOLSRC=/dev/null", NULL };
	struct process process = { .argv = argv, .env = env, .input = input,
				   .input_len = input_len, .timeout_ms = TOOL_TIMEOUT_MS };
	struct process_result result;
	int r = process_run(&process, &result, problems);

	if (result.status == 127)
		problem(problems, "%s comes with Debian's packages dosfstools and mtools", argv[0]);
	process_result_done(&result);
	return r;
}

static int add_file(const char *volume, const char *name, const char *text, size_t len,
		    struct problems *problems)
{
	autofree char *to = xasprintf("::%s", name);
	const char *const argv[] = { "mcopy", "-i", volume, "-", to, NULL };

	return run_tool(argv, text, len, problems);
}

static int fill(const struct site *site, const char *volume, uint32_t hidden_sectors,
		struct problems *problems)
{
	autofree char *hidden = xasprintf("%u", hidden_sectors);
	const char *const argv[] = { "mkfs.vfat", "--invariant", "-n", SITE_LABEL, "-h", hidden,
				     volume, NULL };

	if (run_tool(argv, NULL, 0, problems) < 0)
		return -1;
	if (site->kickstart && add_file(volume, "ks.cfg", site->kickstart, site->kickstart_len,
					problems) < 0)
		return -1;
	if (site->token && add_file(volume, "roost.token", site->token, strlen(site->token),
				    problems) < 0)
		return -1;
	return 0;
}

int site_volume(const struct site *site, uint32_t hidden_sectors, unsigned char **ret,
		struct problems *problems)
{
	/* Inherited, so not closed on exec. */
	autoclose int fd = memfd_create("roost-flash-volume", 0);
	autofree char *volume = xasprintf("/proc/self/fd/%d", fd);
	autofree unsigned char *data = xmalloc(SITE_BYTES);

	if (fd < 0 || ftruncate(fd, SITE_BYTES) < 0)
		return problem_errno(problems, errno, "the volume's file in memory");
	if (fill(site, volume, hidden_sectors, problems) < 0)
		return -1;
	if (pread(fd, data, SITE_BYTES, 0) != SITE_BYTES)
		return problem_errno(problems, errno, "the volume's file in memory");
	*ret = take_ptr(data);
	return 0;
}
