// SPDX-License-Identifier: MIT
/*
 * What the appliance remembers: hosts, pools, join tokens, duplicates. One kind of store, one file
 * that ends in a const descriptor (store_sqlite.c), listed once in store.c. Nothing outside those
 * files knows how records are kept.
 *
 * Records are read, changed and put back whole, between store_begin and store_commit. Times are
 * seconds since 1970. Strings of a record are owned by it; NULL where the field is not set.
 */
#ifndef APPLIANCE_STORE_H
#define APPLIANCE_STORE_H

#include <stdint.h>

#include "common/problems.h"

#define DEFAULT_POOL "default"
#define DUPLICATES_MAX 16 /* kept for one host; a board family with one UUID must not fill the disk */

/* Whether a host may be one of ours; how it is doing is in its heartbeat. */
enum admission {
	HOST_PENDING,
	HOST_APPROVED,
	HOST_REJECTED,
};

struct host_record {
	char *id;          /* UUID, lower case */
	enum admission admission;
	char *name;        /* what it calls itself */
	char *pool;
	char *token_id;    /* that it was admitted with */
	char *key_id;      /* SHA-256 of the public key in its last certificate */
	char *facts;       /* JSON */
	char *kickstart;   /* its own; NULL: its pool's */
	char *keytab;      /* base64; see keytabs.h */
	char *heartbeat;   /* JSON, the last one */
	char *address;     /* where its last request came from */
	int64_t created_at;
	int64_t registered_at;
	int64_t seen_at;   /* 0: no heartbeat yet */
};

struct pool_record {
	char *name;
	char *kickstart;
	int64_t created_at;
};

struct token_record {
	char *id;          /* the part of the token that is no secret */
	char *hash;        /* SHA-256 of the whole token, hexadecimal */
	char *pool;
	bool is_auto_approving;
	int64_t created_at;
	int64_t expires_at; /* 0: never */
	int64_t uses_max;   /* 0: no limit */
	int64_t used;       /* hosts admitted with it */
	int64_t revoked_at; /* 0: not */
};

/* Other hardware that came with a host's UUID, and was held. */
struct duplicate_record {
	char *host_id;
	char *hardware;    /* hardware_digest() */
	char *facts;       /* JSON */
	char *address;
	int64_t first_at;
	int64_t last_at;
	int64_t times;
};

struct store;

/* The kinds' own part. Every call returns 0 or -1 with problems; a get returns 1 when found. */
struct store_kind {
	const char *name;
	const char *help;
	int (*open)(const char *where, void **ret, struct problems *problems);
	void (*close)(void *state);
	int (*begin)(void *state, struct problems *problems);
	/* Returns only when the change survives a power cut. */
	int (*commit)(void *state, struct problems *problems);
	void (*rollback)(void *state);

	int (*host_get)(void *state, const char *id, struct host_record *ret, struct problems *problems);
	int (*host_put)(void *state, const struct host_record *host, struct problems *problems);
	int (*host_delete)(void *state, const char *id, struct problems *problems);
	int (*host_each)(void *state, int (*each)(const struct host_record *host, void *userdata),
			 void *userdata, struct problems *problems);
	/* Not flushed to the disk: the next heartbeat comes soon. */
	int (*host_heartbeat)(void *state, const struct host_record *host, struct problems *problems);

	int (*duplicate_put)(void *state, const struct duplicate_record *duplicate,
			     struct problems *problems);
	int (*duplicate_each)(void *state, const char *host_id,
			      int (*each)(const struct duplicate_record *duplicate, void *userdata),
			      void *userdata, struct problems *problems);

	int (*pool_get)(void *state, const char *name, struct pool_record *ret, struct problems *problems);
	int (*pool_put)(void *state, const struct pool_record *pool, struct problems *problems);
	int (*pool_each)(void *state, int (*each)(const struct pool_record *pool, void *userdata),
			 void *userdata, struct problems *problems);

	int (*token_get)(void *state, const char *id, struct token_record *ret, struct problems *problems);
	int (*token_put)(void *state, const struct token_record *token, struct problems *problems);
	int (*token_each)(void *state, int (*each)(const struct token_record *token, void *userdata),
			  void *userdata, struct problems *problems);
};

extern const struct store_kind store_sqlite;

/* `where` is "KIND:PLACE", such as "sqlite:/var/lib/roost/appliance.db". */
int store_open(const char *where, struct store **ret, struct problems *problems);
void store_close(struct store *store);

/*
 * A change: everything between begin and commit (or rollback) happens or does not, and no other
 * thread gets in between. Single reads need no begin.
 */
int store_begin(struct store *store, struct problems *problems);
int store_commit(struct store *store, struct problems *problems);
void store_rollback(struct store *store);

int store_host_get(struct store *store, const char *id, struct host_record *ret,
		   struct problems *problems);
int store_host_put(struct store *store, const struct host_record *host, struct problems *problems);
int store_host_delete(struct store *store, const char *id, struct problems *problems);
/* In the order of their ids. `each` returns non-zero to stop; it must not call the store. */
int store_host_each(struct store *store, int (*each)(const struct host_record *host, void *userdata),
		    void *userdata, struct problems *problems);
/* Name, heartbeat, address and seen_at of a host that exists. */
int store_host_heartbeat(struct store *store, const struct host_record *host, struct problems *problems);

/* Adds one, or counts it once more; beyond DUPLICATES_MAX the oldest is forgotten. */
int store_duplicate_put(struct store *store, const struct duplicate_record *duplicate,
			struct problems *problems);
int store_duplicate_each(struct store *store, const char *host_id,
			 int (*each)(const struct duplicate_record *duplicate, void *userdata),
			 void *userdata, struct problems *problems);

int store_pool_get(struct store *store, const char *name, struct pool_record *ret,
		   struct problems *problems);
int store_pool_put(struct store *store, const struct pool_record *pool, struct problems *problems);
int store_pool_each(struct store *store, int (*each)(const struct pool_record *pool, void *userdata),
		    void *userdata, struct problems *problems);

int store_token_get(struct store *store, const char *id, struct token_record *ret,
		    struct problems *problems);
int store_token_put(struct store *store, const struct token_record *token, struct problems *problems);
int store_token_each(struct store *store, int (*each)(const struct token_record *token, void *userdata),
		     void *userdata, struct problems *problems);

void host_record_done(struct host_record *host);
void pool_record_done(struct pool_record *pool);
void token_record_done(struct token_record *token);
void duplicate_record_done(struct duplicate_record *duplicate);

#define autohost_record __attribute__((cleanup(host_record_done)))
#define autopool_record __attribute__((cleanup(pool_record_done)))
#define autotoken_record __attribute__((cleanup(token_record_done)))

/* "pending", "approved", "rejected". */
const char *admission_name(enum admission admission);

#endif
