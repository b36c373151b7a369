// SPDX-License-Identifier: MIT
/*
 * The check of a folder; see storage_access.h.
 *
 *	root makes a file --> gives it away --> the user writes and reads it    as libvirt does
 *	       | refused          | refused
 *	       '------------------'--> the user makes the file himself           a server that squashes root
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/digest.h"
#include "common/file.h"
#include "node/node_id.h"
#include "node/storage_access.h"

#define QEMU_CONF "/etc/libvirt/qemu.conf"
#define QEMU_CONF_MAX (1024 * 1024)
#define QEMU_USER "libvirt-qemu" /* Debian's build of libvirt */
#define BLOCK 4096
#define NAME_DIGITS 16

struct check {
	const char *folder;
	char *file;
	const char *user;
	uid_t uid;
	gid_t gid;
};

/* qemu.conf is "NAME = VALUE" a line, texts in quotation marks, "#" before comments. */
char *access_qemu_user(const char *root)
{
	autofree char *path = path_in_root(root, QEMU_CONF);
	autofree char *text = NULL;
	autostrv char **lines = NULL;

	(void)file_read_optional(path, QEMU_CONF_MAX, &text, NULL, NULL);
	lines = strv_split(text ? text : "", "\n", false);
	for (size_t i = 0; lines && lines[i]; i++) {
		autostrv char **words = strv_split(lines[i], " \t=\"'", false);

		if (strv_len(words) >= 2 && streq(words[0], "user"))
			return xstrdup(words[1][0] == '+' ? words[1] + 1 : words[1]);
	}
	return xstrdup(QEMU_USER);
}

/* What libvirt and QEMU see of what a server says. */
static const struct {
	int error;
	const char *words;
} failures[] = {
	{ EROFS, "the server exports it read-only: export it read-write, or ask for a read-only pool with "
		 "--opts=ro" },
	{ ENOSPC, "the export is full: guests' disks cannot grow until space is freed on the server" },
	{ EDQUOT, "the quota of the export is used up: guests' disks cannot grow until it is raised on the "
		  "server" },
	{ ESTALE, "the handle is stale: the server was restored, or exports another folder under this name" },
	{ ETIMEDOUT, "the server does not answer" },
	{ EIO, "the server answers with an input/output error: look at its disks and its log" },
};

int access_problem(int error, struct problems *problems)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (failures[i].error == error)
			return problem(problems, "%s", failures[i].words);
	return problem(problems, "%s", strerror(error));
}

/* Writes a block through to the server and reads it back. An errno, or 0. */
static int write_and_read(const char *file, int flags)
{
	autoclose int fd = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	char written[BLOCK], got[BLOCK];

	if (fd < 0)
		return errno;
	memset(written, 0x5a, sizeof(written));
	errno = 0;
	if (pwrite(fd, written, BLOCK, 0) != BLOCK || fdatasync(fd) < 0)
		return errno ? errno : ENOSPC;
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (pread(fd, got, BLOCK, 0) != BLOCK)
		return errno ? errno : EIO;
	if (memcmp(written, got, BLOCK) != 0)
		return EIO;
	/* Only close(2) tells what a server says to the last of it. */
	return close(take_fd(&fd)) < 0 ? errno : 0;
}

static int use_file(const struct check *check)
{
	return write_and_read(check->file, 0);
}

static int make_file(const struct check *check)
{
	int error = write_and_read(check->file, O_CREAT | O_EXCL);

	unlink(check->file);
	return error;
}

static int list_folder(const struct check *check)
{
	DIR *folder = opendir(check->folder);
	int error = 0;

	if (!folder)
		return errno;
	errno = 0;
	if (!readdir(folder))
		error = errno;
	closedir(folder);
	return error;
}

/* In a child that becomes the user; an errno, or 0. A deadline of ours (alarm(2)) is the child's, too. */
static int as_user(const struct check *check, int (*run)(const struct check *check))
{
	unsigned left_s = alarm(0);
	pid_t pid;
	int status;

	alarm(left_s);
	pid = fork();
	if (pid < 0)
		return errno;
	if (pid == 0) {
		alarm(left_s);
		if (initgroups(check->user, check->gid) < 0 || setgid(check->gid) < 0 ||
		    setuid(check->uid) < 0)
			_exit(errno);
		_exit(run(check));
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

/* As libvirtd makes a volume. An errno, or 0 with the file there. */
static int give_file(const struct check *check)
{
	autoclose int fd = -1;

	if (unlink(check->file) < 0 && errno != ENOENT && errno != EACCES && errno != EPERM)
		return errno;
	fd = open(check->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno;
	return fchown(fd, check->uid, check->gid) < 0 ? errno : 0;
}

static int squashed(const struct check *check, int error, char **ret_note, struct problems *problems)
{
	if (error == 0) {
		*ret_note = xasprintf("the server treats root as a stranger (root_squash): volumes must be "
				      "made with owner %u", (unsigned)check->uid);
		return 0;
	}
	if (error != EACCES && error != EPERM)
		return access_problem(error, problems);
	return problem(problems, "the server lets neither root nor %s (uid %u) write: it treats root as a "
		       "stranger (root_squash). Export it with no_root_squash, or make the folder "
		       "belong to uid %u on the server", check->user, (unsigned)check->uid,
		       (unsigned)check->uid);
}

static int check_writing(const struct check *check, char **ret_note, struct problems *problems)
{
	int error = give_file(check);

	if (error == EACCES || error == EPERM) {
		unlink(check->file);
		return squashed(check, as_user(check, make_file), ret_note, problems);
	}
	if (error == 0)
		error = as_user(check, use_file);
	unlink(check->file);
	if (error == EACCES || error == EPERM)
		return problem(problems, "%s (uid %u) may not open its own files there: make the folder "
			       "searchable for others on the server (chmod o+x)", check->user,
			       (unsigned)check->uid);
	return error ? access_problem(error, problems) : 0;
}

static int check_reading(const struct check *check, struct problems *problems)
{
	int error = as_user(check, list_folder);

	if (error == EACCES || error == EPERM)
		return problem(problems, "%s (uid %u) may not read the folder: make it readable for others "
			       "on the server (chmod o+rx)", check->user, (unsigned)check->uid);
	return error ? access_problem(error, problems) : 0;
}

/* The same at every check, so that one that was killed leaves nothing for long; each host its own. */
static char *file_name(const char *folder)
{
	autofree char *id = node_id("/");
	autofree char *text = xasprintf("%s %s", id ? id : "", folder);
	autofree char *digest = sha256_text(text, strlen(text));

	return xasprintf("%s/.roost-access.%.*s", folder, NAME_DIGITS, digest);
}

/* qemu.conf takes a name or a number. */
static const struct passwd *find_user(const char *name)
{
	long long uid;

	if (str_to_int(name, 0, UINT32_MAX - 1, &uid))
		return getpwuid((uid_t)uid);
	return getpwnam(name);
}

int access_check(const char *folder, const char *user, bool is_read_only, char **ret_note,
		 struct problems *problems)
{
	const struct passwd *found = find_user(user);
	struct check check = { .folder = folder, .user = user };
	int result;

	if (!found)
		return problem(problems, "%s: there is no such user on this host; " QEMU_CONF " names it",
			       user);
	check.user = found->pw_name;
	check.uid = found->pw_uid;
	check.gid = found->pw_gid;
	check.file = file_name(folder);
	result = is_read_only ? check_reading(&check, problems) :
				check_writing(&check, ret_note, problems);
	free(check.file);
	return result;
}
