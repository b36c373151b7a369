// SPDX-License-Identifier: MIT
/* The list of the kinds of store, and the lock around the one that is in use; see store.h. */
#include <pthread.h>

#include "appliance/store.h"

static const struct store_kind *const kinds[] = {
	&store_sqlite,
};

struct store {
	const struct store_kind *kind;
	void *state;
	/* Recursive: held from begin to commit, and by each call in between once more. */
	pthread_mutex_t lock;
};

static const struct store_kind *find_kind(const char *where, const char **ret_place)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *rest = str_after(where, kinds[i]->name);

		if (rest && *rest == ':') {
			*ret_place = rest + 1;
			return kinds[i];
		}
	}
	return NULL;
}

int store_open(const char *where, struct store **ret, struct problems *problems)
{
	const char *place;
	const struct store_kind *kind = find_kind(where, &place);
	pthread_mutexattr_t attributes;
	struct store *store;
	void *state;

	if (!kind)
		return problem(problems, "%s: no such kind of store: expected sqlite:FILE", where);
	if (kind->open(place, &state, problems) < 0)
		return -1;
	store = xcalloc(1, sizeof(*store));
	store->kind = kind;
	store->state = state;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&store->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	*ret = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store->kind->close(store->state);
	pthread_mutex_destroy(&store->lock);
	free(store);
}

int store_begin(struct store *store, struct problems *problems)
{
	pthread_mutex_lock(&store->lock);
	if (store->kind->begin(store->state, problems) == 0)
		return 0;
	pthread_mutex_unlock(&store->lock);
	return -1;
}

int store_commit(struct store *store, struct problems *problems)
{
	int r = store->kind->commit(store->state, problems);

	if (r < 0)
		store->kind->rollback(store->state);
	pthread_mutex_unlock(&store->lock);
	return r;
}

void store_rollback(struct store *store)
{
	store->kind->rollback(store->state);
	pthread_mutex_unlock(&store->lock);
}

/* One call of the kind, under the lock. */
#define locked(store, call, ...) ({						\
	pthread_mutex_lock(&(store)->lock);					\
	int result_ = (store)->kind->call((store)->state, __VA_ARGS__);		\
	pthread_mutex_unlock(&(store)->lock);					\
	result_; })

int store_host_get(struct store *store, const char *id, struct host_record *ret, struct problems *problems)
{
	return locked(store, host_get, id, ret, problems);
}

int store_host_put(struct store *store, const struct host_record *host, struct problems *problems)
{
	return locked(store, host_put, host, problems);
}

int store_host_delete(struct store *store, const char *id, struct problems *problems)
{
	return locked(store, host_delete, id, problems);
}

int store_host_each(struct store *store, int (*each)(const struct host_record *host, void *userdata),
		    void *userdata, struct problems *problems)
{
	return locked(store, host_each, each, userdata, problems);
}

int store_host_heartbeat(struct store *store, const struct host_record *host, struct problems *problems)
{
	return locked(store, host_heartbeat, host, problems);
}

int store_duplicate_put(struct store *store, const struct duplicate_record *duplicate,
			struct problems *problems)
{
	return locked(store, duplicate_put, duplicate, problems);
}

int store_duplicate_each(struct store *store, const char *host_id,
			 int (*each)(const struct duplicate_record *duplicate, void *userdata),
			 void *userdata, struct problems *problems)
{
	return locked(store, duplicate_each, host_id, each, userdata, problems);
}

int store_pool_get(struct store *store, const char *name, struct pool_record *ret,
		   struct problems *problems)
{
	return locked(store, pool_get, name, ret, problems);
}

int store_pool_put(struct store *store, const struct pool_record *pool, struct problems *problems)
{
	return locked(store, pool_put, pool, problems);
}

int store_pool_each(struct store *store, int (*each)(const struct pool_record *pool, void *userdata),
		    void *userdata, struct problems *problems)
{
	return locked(store, pool_each, each, userdata, problems);
}

int store_token_get(struct store *store, const char *id, struct token_record *ret,
		    struct problems *problems)
{
	return locked(store, token_get, id, ret, problems);
}

int store_token_put(struct store *store, const struct token_record *token, struct problems *problems)
{
	return locked(store, token_put, token, problems);
}

int store_token_each(struct store *store, int (*each)(const struct token_record *token, void *userdata),
		     void *userdata, struct problems *problems)
{
	return locked(store, token_each, each, userdata, problems);
}
