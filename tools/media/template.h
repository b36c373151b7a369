// SPDX-License-Identifier: MIT
/*
 * Filling in boot loaders' configurations. The grammar is a comment in each of their languages, so
 * that a template can be read, and run, as it is:
 *
 *	template  = { line }
 *	line      = "#if " NAME | "#else" | "#end" | TEXT with @NAME@ in it
 *	NAME      = capital letters and "_"
 *
 * The lines after "#if NAME" stay when NAME has a value, those after "#else" when it has none; they
 * may be nested. @NAME@ stands for the value, and is not read again. Names nobody knows are refused:
 * the template is of another version.
 */
#ifndef MEDIA_TEMPLATE_H
#define MEDIA_TEMPLATE_H

#include "common/problems.h"

/* Lists end with a row whose name is NULL. A value of NULL is none; using it in a text is a problem. */
struct template_word {
	const char *name;
	const char *value;
};

/* `source` names the template in problems. The result is owned by the caller. */
int template_fill(const char *text, const char *source, const struct template_word *words,
		  char **ret, struct problems *problems);

#endif
