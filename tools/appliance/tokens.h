// SPDX-License-Identifier: MIT
/*
 * Join tokens and the admin token. A join token is "ID.SECRET", both hexadecimal: the first part names
 * the record, the store has only the SHA-256 of the whole.
 */
#ifndef APPLIANCE_TOKENS_H
#define APPLIANCE_TOKENS_H

#include "appliance/store.h"

#define TOKEN_ID_LEN 8
#define ADMIN_TOKEN_FILE "admin.token"

/* 2 * bytes characters of hexadecimal from the kernel's generator. Owned by the caller. */
char *random_hex(size_t bytes);

/* Fills id and hash of the record; the text is for the operator, once, and kept nowhere. */
char *token_make(struct token_record *token);
/* The record of a token that somebody showed: 1 when it is one of ours, 0 when not, -1. */
int token_find(struct store *store, const char *text, struct token_record *ret,
	       struct problems *problems);

/* The SHA-256 of the admin token in the folder; it is made (0600) when there is none. */
int admin_token_open(const char *folder, char **ret_hash, struct problems *problems);

#endif
