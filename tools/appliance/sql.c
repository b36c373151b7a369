// SPDX-License-Identifier: MIT
/* SQLite with problems; see sql.h. */
#include <stdint.h>

#include "appliance/sql.h"

int sql_problem(sqlite3 *db, struct problems *problems)
{
	return problem(problems, "store: %s", sqlite3_errmsg(db));
}

int sql_run(sqlite3 *db, const char *sql, struct problems *problems)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sql_problem(db, problems);
	return 0;
}

sqlite3_stmt *sql_prepare(sqlite3 *db, struct problems *problems, const char *sql,
			  const char *types, ...)
{
	sqlite3_stmt *statement;
	int r = SQLITE_OK;
	va_list ap;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
		sql_problem(db, problems);
		return NULL;
	}
	va_start(ap, types);
	for (int i = 0; types[i] && r == SQLITE_OK; i++)
		if (types[i] == 's')
			r = sqlite3_bind_text(statement, i + 1, va_arg(ap, const char *), -1,
					      SQLITE_STATIC);
		else
			r = sqlite3_bind_int64(statement, i + 1, va_arg(ap, int64_t));
	va_end(ap);
	if (r == SQLITE_OK)
		return statement;
	sql_problem(db, problems);
	sqlite3_finalize(statement);
	return NULL;
}

int sql_finish(sqlite3 *db, sqlite3_stmt *statement, struct problems *problems)
{
	int r = 0;

	if (!statement)
		return -1;
	if (sqlite3_step(statement) != SQLITE_DONE)
		r = sql_problem(db, problems);
	sqlite3_finalize(statement);
	return r;
}

int sql_each(sqlite3 *db, sqlite3_stmt *statement,
	     int (*row)(sqlite3_stmt *statement, void *userdata), void *userdata,
	     struct problems *problems)
{
	int rows = 0;
	int r = SQLITE_DONE;

	if (!statement)
		return -1;
	while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
		rows++;
		if (row(statement, userdata) != 0)
			break;
	}
	if (r != SQLITE_DONE && r != SQLITE_ROW)
		rows = sql_problem(db, problems);
	sqlite3_finalize(statement);
	return rows;
}

char *sql_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return text ? xstrdup(text) : NULL;
}
