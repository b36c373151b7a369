// SPDX-License-Identifier: MIT
/* Locks on guests' disks; see guest_hook.h. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/file.h"
#include "node/guest_hook.h"
#include "node/libvirt_xml.h"

#define ACTIVE_POOLS "/run/libvirt/storage"
#define POOL_XML_MAX (64 * 1024)

/* virtlockd's lock or QEMU's, of this host or, on NFS, of any. What cannot be opened is for libvirt to tell. */
static bool is_locked(const char *path)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/*
 * Of <source pool= volume=>: below the pool's folder, as libvirt has it in its file of the active pool. Not asked from
 * libvirt itself, which waits for us. NULL: there is no such pool. Owned by the caller.
 */
static char *volume_file(const char *root, const char *source)
{
	autofree char *pool = xml_attribute(source, "pool"), *volume = xml_attribute(source, "volume");
	autofree char *file = NULL, *path = NULL, *xml = NULL, *folder = NULL;

	if (!pool || !volume || strchr(pool, '/'))
		return NULL;
	file = xasprintf(ACTIVE_POOLS "/%s.xml", pool);
	path = path_in_root(root, file);
	if (file_read_optional(path, POOL_XML_MAX, &xml, NULL, NULL) < 0 || !xml)
		return NULL;
	folder = xml_pool_target(xml);
	return folder ? path_join(folder, volume) : NULL;
}

/* The file that the <disk> element has for itself alone; NULL: it has none. Owned by the caller. */
static char *own_file(const char *root, const char *disk)
{
	const char *source = strstr(disk, "<source ");
	char *file;

	if (!source || strstr(disk, "<readonly/>") || strstr(disk, "<shareable/>"))
		return NULL;
	file = xml_attribute(source, "file");
	return file ? file : volume_file(root, source);
}

static int check_disks(const char *root, const char *xml, struct problems *problems)
{
	const char *end;
	int result = 0;

	for (const char *disk = xml; (disk = strstr(disk, "<disk ")); disk = end) {
		autofree char *element = NULL, *file = NULL;

		end = strstr(disk, "</disk>");
		if (!end)
			break;
		element = xstrndup(disk, (size_t)(end - disk));
		file = own_file(root, element);
		if (file && is_locked(file))
			result = problem(problems, "%s: is locked: another guest has this disk, on this host or "
					 "another; end it there first", file);
	}
	return result;
}

static char *mark_path(const char *root, const char *name)
{
	autofree char *folder = path_in_root(root, GUEST_HOOK_MARKS);

	return path_join(folder, name);
}

static int mark_incoming(const char *root, const char *name, struct problems *problems)
{
	autofree char *folder = path_in_root(root, GUEST_HOOK_MARKS);
	autofree char *path = mark_path(root, name);

	if (make_folders(folder, 0700, problems) < 0)
		return -1;
	return file_write_text(path, 0600, "", problems);
}

/* Once, and soon: a migration that was given up in between must not hide a lock from a later start. */
static bool take_mark(const char *root, const char *name)
{
	autofree char *path = mark_path(root, name);
	struct stat st;
	bool is_new = stat(path, &st) == 0 && time(NULL) - st.st_mtime < GUEST_HOOK_MARK_S;

	unlink(path);
	return is_new;
}

int guest_hook(const char *root, const char *name, const char *operation, const char *xml, struct problems *problems)
{
	/* libvirt refuses such names itself */
	if (!*name || strchr(name, '/') || streq(name, ".") || streq(name, ".."))
		return problem(problems, "%s: this is no name of a guest", name);
	if (streq(operation, "migrate"))
		return mark_incoming(root, name, problems);
	if (!streq(operation, "prepare") || take_mark(root, name))
		return 0;
	return check_disks(root, xml, problems);
}
