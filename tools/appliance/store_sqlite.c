// SPDX-License-Identifier: MIT
/*
 * The store in one SQLite file, the embedded default. Write-ahead log with synchronous=FULL: a commit
 * returns when the disk has it (https://www.sqlite.org/pragma.html#pragma_synchronous). Heartbeats
 * go through a second connection with synchronous=NORMAL: a power cut may lose the last of them, never
 * more, and a thousand hosts do not make a hundred flushes a second.
 */
#include <sys/stat.h>

#include "appliance/sql.h"
#include "appliance/store.h"

#define BUSY_TIMEOUT_MS 5000

struct sqlite_store {
	sqlite3 *db;      /* durable */
	sqlite3 *relaxed; /* heartbeats */
};

/* One a version: from a file without anything to today's. What is here is never changed, only added to. */
static const char *const versions[] = {
	"CREATE TABLE pools (name TEXT PRIMARY KEY, kickstart TEXT NOT NULL,"
	" created_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE hosts (id TEXT PRIMARY KEY, admission INTEGER NOT NULL, name TEXT,"
	" pool TEXT NOT NULL REFERENCES pools(name), token_id TEXT, key_id TEXT,"
	" facts TEXT NOT NULL, kickstart TEXT, heartbeat TEXT, address TEXT,"
	" created_at INTEGER NOT NULL, registered_at INTEGER NOT NULL,"
	" seen_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE tokens (id TEXT PRIMARY KEY, hash TEXT NOT NULL, pool TEXT NOT NULL"
	" REFERENCES pools(name), is_auto_approving INTEGER NOT NULL, created_at INTEGER NOT NULL,"
	" expires_at INTEGER NOT NULL, uses_max INTEGER NOT NULL, used INTEGER NOT NULL,"
	" revoked_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE duplicates (host_id TEXT NOT NULL REFERENCES hosts(id) ON DELETE CASCADE,"
	" hardware TEXT NOT NULL, facts TEXT NOT NULL, address TEXT, first_at INTEGER NOT NULL,"
	" last_at INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (host_id, hardware)) STRICT;",
	"ALTER TABLE hosts ADD COLUMN keytab TEXT;",
};

/* ---- Opening ------------------------------------------------------------------------------------ */

static void sqlite_close(void *state)
{
	struct sqlite_store *store = state;

	if (!store)
		return;
	sqlite3_close(store->relaxed);
	sqlite3_close(store->db);
	free(store);
}

static int read_number(sqlite3_stmt *statement, void *userdata)
{
	*(int64_t *)userdata = sqlite3_column_int64(statement, 0);
	return 1;
}

static int connect_file(const char *path, const char *synchronous, sqlite3 **ret,
			struct problems *problems)
{
	autofree char *pragmas = xasprintf("PRAGMA journal_mode = WAL; PRAGMA synchronous = %s;"
					   "PRAGMA foreign_keys = ON;", synchronous);

	if (sqlite3_open_v2(path, ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			    SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK)
		return problem(problems, "store: cannot open %s: %s", path,
			       *ret ? sqlite3_errmsg(*ret) : "no memory");
	sqlite3_busy_timeout(*ret, BUSY_TIMEOUT_MS);
	return sql_run(*ret, pragmas, problems);
}

static int add_version(sqlite3 *db, int version, struct problems *problems)
{
	autofree char *change = xasprintf("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;",
					  versions[version - 1], version);

	return sql_run(db, change, problems);
}

static int make_schema(sqlite3 *db, const char *path, struct problems *problems)
{
	int64_t version = -1;

	if (sql_each(db, sql_prepare(db, problems, "PRAGMA user_version", ""), read_number, &version,
		     problems) < 0)
		return -1;
	if (version < 0 || version > (int64_t)ARRAY_SIZE(versions))
		return problem(problems, "store: %s has version %lld, expected %zu at most: it was written by "
			       "a newer version of roost-appliance", path, (long long)version,
			       ARRAY_SIZE(versions));
	for (int next = (int)version + 1; next <= (int)ARRAY_SIZE(versions); next++)
		if (add_version(db, next, problems) < 0)
			return -1;
	return 0;
}

static int sqlite_open(const char *path, void **ret, struct problems *problems)
{
	struct sqlite_store *store = xcalloc(1, sizeof(*store));
	mode_t mask = umask(0077); /* the file and its log hold facts and kickstarts, with secrets */
	int r = -1;

	if (connect_file(path, "FULL", &store->db, problems) == 0 &&
	    make_schema(store->db, path, problems) == 0 &&
	    connect_file(path, "NORMAL", &store->relaxed, problems) == 0)
		r = 0;
	umask(mask);
	if (r == 0)
		*ret = store;
	else
		sqlite_close(store);
	return r;
}

/* ---- Changes ------------------------------------------------------------------------------------ */

static int sqlite_begin(void *state, struct problems *problems)
{
	return sql_run(((struct sqlite_store *)state)->db, "BEGIN IMMEDIATE", problems);
}

static int sqlite_commit(void *state, struct problems *problems)
{
	return sql_run(((struct sqlite_store *)state)->db, "COMMIT", problems);
}

static void sqlite_rollback(void *state)
{
	struct sqlite_store *store = state;

	/* Some errors have rolled back already; then there is nothing to do. */
	if (!sqlite3_get_autocommit(store->db))
		sql_run(store->db, "ROLLBACK", NULL);
}

/* ---- Hosts -------------------------------------------------------------------------------------- */

#define HOST_COLUMNS "id, admission, name, pool, token_id, key_id, facts, kickstart, heartbeat, " \
		     "address, created_at, registered_at, seen_at, keytab"

static struct host_record host_of_row(sqlite3_stmt *row)
{
	return (struct host_record){
		.id = sql_text(row, 0),
		.admission = (enum admission)sqlite3_column_int(row, 1),
		.name = sql_text(row, 2),
		.pool = sql_text(row, 3),
		.token_id = sql_text(row, 4),
		.key_id = sql_text(row, 5),
		.facts = sql_text(row, 6),
		.kickstart = sql_text(row, 7),
		.heartbeat = sql_text(row, 8),
		.address = sql_text(row, 9),
		.created_at = sqlite3_column_int64(row, 10),
		.registered_at = sqlite3_column_int64(row, 11),
		.seen_at = sqlite3_column_int64(row, 12),
		.keytab = sql_text(row, 13),
	};
}

static int take_host(sqlite3_stmt *row, void *userdata)
{
	*(struct host_record *)userdata = host_of_row(row);
	return 1;
}

static int sqlite_host_get(void *state, const char *id, struct host_record *ret, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] = "SELECT " HOST_COLUMNS " FROM hosts WHERE id = ?";

	return sql_each(db, sql_prepare(db, problems, sql, "s", id), take_host, ret, problems);
}

static int sqlite_host_put(void *state, const struct host_record *host, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] =
		"INSERT INTO hosts (" HOST_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
		" ON CONFLICT (id) DO UPDATE SET admission = excluded.admission,"
		" name = excluded.name, pool = excluded.pool, token_id = excluded.token_id,"
		" key_id = excluded.key_id, facts = excluded.facts, kickstart = excluded.kickstart,"
		" heartbeat = excluded.heartbeat, address = excluded.address,"
		" registered_at = excluded.registered_at, seen_at = excluded.seen_at,"
		" keytab = excluded.keytab";

	return sql_finish(db, sql_prepare(db, problems, sql, "sissssssssiiis", host->id,
				  (int64_t)host->admission, host->name, host->pool, host->token_id,
				  host->key_id, host->facts, host->kickstart, host->heartbeat,
				  host->address, host->created_at, host->registered_at,
				  host->seen_at, host->keytab), problems);
}

static int sqlite_host_delete(void *state, const char *id, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;

	return sql_finish(db, sql_prepare(db, problems, "DELETE FROM hosts WHERE id = ?", "s", id),
		      problems);
}

struct host_visit {
	int (*each)(const struct host_record *host, void *userdata);
	void *userdata;
};

static int visit_host(sqlite3_stmt *row, void *userdata)
{
	const struct host_visit *visit = userdata;
	autohost_record struct host_record host = host_of_row(row);

	return visit->each(&host, visit->userdata);
}

static int sqlite_host_each(void *state, int (*each)(const struct host_record *host, void *userdata),
			    void *userdata, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	struct host_visit visit = { each, userdata };
	static const char sql[] = "SELECT " HOST_COLUMNS " FROM hosts ORDER BY id";

	return sql_each(db, sql_prepare(db, problems, sql, ""), visit_host, &visit, problems) < 0 ? -1 : 0;
}

static int sqlite_host_heartbeat(void *state, const struct host_record *host, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->relaxed;
	static const char sql[] = "UPDATE hosts SET name = ?, heartbeat = ?, address = ?,"
				  " seen_at = ? WHERE id = ?";

	return sql_finish(db, sql_prepare(db, problems, sql, "sssis", host->name, host->heartbeat,
				  host->address, host->seen_at, host->id), problems);
}

/* ---- Duplicates --------------------------------------------------------------------------------- */

static int forget_oldest(sqlite3 *db, const char *host_id, struct problems *problems)
{
	static const char sql[] =
		"DELETE FROM duplicates WHERE host_id = ?1 AND hardware NOT IN (SELECT hardware FROM"
		" duplicates WHERE host_id = ?1 ORDER BY last_at DESC, hardware LIMIT ?2)";

	return sql_finish(db, sql_prepare(db, problems, sql, "si", host_id, (int64_t)DUPLICATES_MAX),
		      problems);
}

static int sqlite_duplicate_put(void *state, const struct duplicate_record *duplicate,
				struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] =
		"INSERT INTO duplicates (host_id, hardware, facts, address, first_at, last_at, times)"
		" VALUES (?,?,?,?,?,?,1) ON CONFLICT (host_id, hardware) DO UPDATE SET"
		" facts = excluded.facts, address = excluded.address, last_at = excluded.last_at,"
		" times = times + 1";

	if (sql_finish(db, sql_prepare(db, problems, sql, "ssssii", duplicate->host_id, duplicate->hardware,
			       duplicate->facts, duplicate->address, duplicate->first_at,
			       duplicate->last_at), problems) < 0)
		return -1;
	return forget_oldest(db, duplicate->host_id, problems);
}

struct duplicate_visit {
	int (*each)(const struct duplicate_record *duplicate, void *userdata);
	void *userdata;
};

static int visit_duplicate(sqlite3_stmt *row, void *userdata)
{
	const struct duplicate_visit *visit = userdata;
	struct duplicate_record duplicate = {
		.host_id = sql_text(row, 0),
		.hardware = sql_text(row, 1),
		.facts = sql_text(row, 2),
		.address = sql_text(row, 3),
		.first_at = sqlite3_column_int64(row, 4),
		.last_at = sqlite3_column_int64(row, 5),
		.times = sqlite3_column_int64(row, 6),
	};
	int r = visit->each(&duplicate, visit->userdata);

	duplicate_record_done(&duplicate);
	return r;
}

static int sqlite_duplicate_each(void *state, const char *host_id,
				 int (*each)(const struct duplicate_record *duplicate, void *userdata),
				 void *userdata, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	struct duplicate_visit visit = { each, userdata };
	static const char sql[] =
		"SELECT host_id, hardware, facts, address, first_at, last_at, times FROM duplicates"
		" WHERE host_id = ? ORDER BY first_at, hardware";

	return sql_each(db, sql_prepare(db, problems, sql, "s", host_id), visit_duplicate, &visit,
			problems) < 0 ? -1 : 0;
}

/* ---- Pools -------------------------------------------------------------------------------------- */

static struct pool_record pool_of_row(sqlite3_stmt *row)
{
	return (struct pool_record){
		.name = sql_text(row, 0),
		.kickstart = sql_text(row, 1),
		.created_at = sqlite3_column_int64(row, 2),
	};
}

static int take_pool(sqlite3_stmt *row, void *userdata)
{
	*(struct pool_record *)userdata = pool_of_row(row);
	return 1;
}

static int sqlite_pool_get(void *state, const char *name, struct pool_record *ret,
			   struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] = "SELECT name, kickstart, created_at FROM pools WHERE name = ?";

	return sql_each(db, sql_prepare(db, problems, sql, "s", name), take_pool, ret, problems);
}

static int sqlite_pool_put(void *state, const struct pool_record *pool, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] = "INSERT INTO pools (name, kickstart, created_at) VALUES (?,?,?)"
				  " ON CONFLICT (name) DO UPDATE SET kickstart = excluded.kickstart";

	return sql_finish(db, sql_prepare(db, problems, sql, "ssi", pool->name, pool->kickstart,
				  pool->created_at), problems);
}

struct pool_visit {
	int (*each)(const struct pool_record *pool, void *userdata);
	void *userdata;
};

static int visit_pool(sqlite3_stmt *row, void *userdata)
{
	const struct pool_visit *visit = userdata;
	autopool_record struct pool_record pool = pool_of_row(row);

	return visit->each(&pool, visit->userdata);
}

static int sqlite_pool_each(void *state, int (*each)(const struct pool_record *pool, void *userdata),
			    void *userdata, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	struct pool_visit visit = { each, userdata };
	static const char sql[] = "SELECT name, kickstart, created_at FROM pools ORDER BY name";

	return sql_each(db, sql_prepare(db, problems, sql, ""), visit_pool, &visit, problems) < 0 ? -1 : 0;
}

/* ---- Tokens ------------------------------------------------------------------------------------- */

#define TOKEN_COLUMNS "id, hash, pool, is_auto_approving, created_at, expires_at, uses_max, used, " \
		      "revoked_at"

static struct token_record token_of_row(sqlite3_stmt *row)
{
	return (struct token_record){
		.id = sql_text(row, 0),
		.hash = sql_text(row, 1),
		.pool = sql_text(row, 2),
		.is_auto_approving = sqlite3_column_int(row, 3) != 0,
		.created_at = sqlite3_column_int64(row, 4),
		.expires_at = sqlite3_column_int64(row, 5),
		.uses_max = sqlite3_column_int64(row, 6),
		.used = sqlite3_column_int64(row, 7),
		.revoked_at = sqlite3_column_int64(row, 8),
	};
}

static int take_token(sqlite3_stmt *row, void *userdata)
{
	*(struct token_record *)userdata = token_of_row(row);
	return 1;
}

static int sqlite_token_get(void *state, const char *id, struct token_record *ret,
			    struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE id = ?";

	return sql_each(db, sql_prepare(db, problems, sql, "s", id), take_token, ret, problems);
}

static int sqlite_token_put(void *state, const struct token_record *token, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	static const char sql[] =
		"INSERT INTO tokens (" TOKEN_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)"
		" ON CONFLICT (id) DO UPDATE SET used = excluded.used,"
		" revoked_at = excluded.revoked_at";

	return sql_finish(db, sql_prepare(db, problems, sql, "sssiiiiii", token->id, token->hash,
				  token->pool, (int64_t)token->is_auto_approving, token->created_at,
				  token->expires_at, token->uses_max, token->used,
				  token->revoked_at), problems);
}

struct token_visit {
	int (*each)(const struct token_record *token, void *userdata);
	void *userdata;
};

static int visit_token(sqlite3_stmt *row, void *userdata)
{
	const struct token_visit *visit = userdata;
	autotoken_record struct token_record token = token_of_row(row);

	return visit->each(&token, visit->userdata);
}

static int sqlite_token_each(void *state, int (*each)(const struct token_record *token, void *userdata),
			     void *userdata, struct problems *problems)
{
	sqlite3 *db = ((struct sqlite_store *)state)->db;
	struct token_visit visit = { each, userdata };
	static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens ORDER BY created_at, id";

	return sql_each(db, sql_prepare(db, problems, sql, ""), visit_token, &visit, problems) < 0 ? -1 : 0;
}

const struct store_kind store_sqlite = {
	.name = "sqlite",
	.help = "one SQLite file: sqlite:FILE",
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.host_get = sqlite_host_get,
	.host_put = sqlite_host_put,
	.host_delete = sqlite_host_delete,
	.host_each = sqlite_host_each,
	.host_heartbeat = sqlite_host_heartbeat,
	.duplicate_put = sqlite_duplicate_put,
	.duplicate_each = sqlite_duplicate_each,
	.pool_get = sqlite_pool_get,
	.pool_put = sqlite_pool_put,
	.pool_each = sqlite_pool_each,
	.token_get = sqlite_token_get,
	.token_put = sqlite_token_put,
	.token_each = sqlite_token_each,
};
