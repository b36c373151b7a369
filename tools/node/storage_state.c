// SPDX-License-Identifier: MIT
/* Remembering what was attached; see storage_state.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>

#include "common/file.h"
#include "common/json.h"
#include "node/facts.h"
#include "node/storage_state.h"

#define LOCK_FILE "/run/roost/storage.lock"
#define STATE_MAX (256 * 1024)

/* That the signal comes is enough: it ends the wait. */
static void wake(int number)
{
	(void)number;
}

static int lock_within(int fd, unsigned wait_s)
{
	struct sigaction action = { .sa_handler = wake }, before;
	int result;

	if (wait_s == 0)
		return flock(fd, LOCK_EX | LOCK_NB);
	sigaction(SIGALRM, &action, &before);
	alarm(wait_s);
	result = flock(fd, LOCK_EX);
	alarm(0);
	sigaction(SIGALRM, &before, NULL);
	return result;
}

/* The file stays. */
int storage_state_lock(const char *root, unsigned wait_s)
{
	autofree char *path = path_in_root(root, LOCK_FILE);
	int fd;

	if (make_parent_folders(path, NULL) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && lock_within(fd, wait_s) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void storage_state_unlock(int lock)
{
	flock(lock, LOCK_UN);
	close(lock);
}

static char *state_path(const char *root, const char *pool)
{
	autofree char *relative = xasprintf(STORAGE_STATE_FOLDER "/%s.json", pool);

	return path_in_root(root, relative);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *state_json(const struct pool_plan *pool)
{
	json_t *state = json_object();

	json_object_set_new(state, "name", text_or_null(pool->pool->name));
	json_object_set_new(state, "xml", text_or_null(pool->xml));
	json_object_set_new(state, "unit_name", text_or_null(pool->unit_name));
	json_object_set_new(state, "unit_text", text_or_null(pool->unit_text));
	if (pool->group.devices)
		json_object_set_new(state, "devices", json_strings(pool->group.devices));
	return state;
}

static char *state_file(const char *root, const char *name)
{
	autofree char *folder = path_in_root(root, STORAGE_STATE_FOLDER);

	return path_join(folder, name);
}

int storage_state_add(const char *root, const struct pool_plan *pool, struct problems *problems)
{
	autofree char *path = state_path(root, pool->pool->name);
	autojson json_t *state = state_json(pool);

	return json_write_file(path, 0600, state, problems);
}

static const struct pool_plan *find_plan(const struct storage_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->pools_count; i++)
		if (streq(plan->pools[i].pool->name, name))
			return &plan->pools[i];
	return NULL;
}

/* A pool that cannot be planned keeps its present form: it is refused or undecided, not removed. */
static bool is_stale(const struct storage_plan *plan, const char *name, const json_t *state)
{
	const struct pool_plan *pool = find_plan(plan, name);
	autojson json_t *wanted = NULL;

	if (!pool)
		return true;
	if (pool->refused || pool->is_undecided)
		return false;
	wanted = state_json(pool);
	return !json_equal(wanted, state);
}

static void add_stale(struct stale_pools *stale, const char *name, const char *unit_name,
		      const char *path, const char *uri)
{
	struct stale_pool *added;

	stale->items = xreallocarray(stale->items, stale->count + 1, sizeof(*stale->items));
	added = &stale->items[stale->count++];
	*added = (struct stale_pool){ .name = xstrdup(name), .state_path = xstrdup(path) };
	added->unit_name = unit_name ? xstrdup(unit_name) : NULL;
	added->ref = (struct pool_ref){ uri, added->name, added->unit_name };
}

void storage_state_stale(const char *root, const struct storage_plan *plan, const char *uri,
			 struct stale_pools *ret)
{
	autostrv char **files = fact_names(root, STORAGE_STATE_FOLDER);
	struct stale_pools stale = { 0 };

	for (size_t i = 0; files && files[i]; i++) {
		autofree char *path = state_file(root, files[i]);
		autojson json_t *state = json_read_file(path, STATE_MAX, NULL);
		const char *name, *unit_name = NULL;

		if (!state || json_get_string(state, "name", 4096, &name, path, NULL) < 0)
			continue;
		json_get_optional_string(state, "unit_name", 4096, &unit_name, path, NULL);
		if (is_stale(plan, name, state))
			add_stale(&stale, name, unit_name, path, uri);
	}
	*ret = stale;
}

char **storage_state_devices(const char *root)
{
	autostrv char **files = fact_names(root, STORAGE_STATE_FOLDER);
	char **devices = NULL;

	for (size_t i = 0; files && files[i]; i++) {
		autofree char *path = state_file(root, files[i]);
		autojson json_t *state = json_read_file(path, STATE_MAX, NULL);
		const json_t *device;
		size_t d;

		json_array_foreach(json_object_get(state, "devices"), d, device)
			if (json_is_string(device))
				strv_push(&devices, json_string_value(device));
	}
	return devices;
}

static int delete_file(const char *path, struct problems *problems)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return problem_errno(problems, errno, "%s", path);
	return 0;
}

int storage_state_forget(const char *root, const struct stale_pool *stale,
			 struct problems *problems)
{
	autofree char *folder = path_in_root(root, STORAGE_UNIT_FOLDER);
	autofree char *unit = stale->unit_name ? path_join(folder, stale->unit_name) : NULL;

	if (unit && delete_file(unit, problems) < 0)
		return -1;
	return delete_file(stale->state_path, problems);
}

void stale_pools_done(struct stale_pools *stale)
{
	for (size_t i = 0; i < stale->count; i++) {
		free(stale->items[i].name);
		free(stale->items[i].unit_name);
		free(stale->items[i].state_path);
	}
	free(stale->items);
	*stale = (struct stale_pools){ 0 };
}
