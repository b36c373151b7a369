// SPDX-License-Identifier: MIT
/*
 * The few things that SQLite is asked for here, with problems instead of return codes.
 */
#ifndef APPLIANCE_SQL_H
#define APPLIANCE_SQL_H

#include <sqlite3.h>

#include "common/problems.h"

int sql_problem(sqlite3 *db, struct problems *problems);
/* One or more statements without parameters and rows. */
int sql_run(sqlite3 *db, const char *sql, struct problems *problems);

/*
 * Prepares a statement and binds its parameters in order: `types` has "s" for const char * (NULL
 * is NULL; must live until the statement ends) and "i" for int64_t. NULL with a problem on failure.
 */
sqlite3_stmt *sql_prepare(sqlite3 *db, struct problems *problems, const char *sql,
			  const char *types, ...);
/* Runs a prepared statement that gives no rows, and ends it. NULL passes on sql_prepare's failure. */
int sql_finish(sqlite3 *db, sqlite3_stmt *statement, struct problems *problems);
/*
 * Calls `row` for each row until it returns non-zero, and ends the statement (NULL as above). Returns
 * the rows seen, or -1.
 */
int sql_each(sqlite3 *db, sqlite3_stmt *statement,
	     int (*row)(sqlite3_stmt *statement, void *userdata), void *userdata,
	     struct problems *problems);

/* A column's text, owned by the caller; NULL for NULL. */
char *sql_text(sqlite3_stmt *statement, int column);

#endif
