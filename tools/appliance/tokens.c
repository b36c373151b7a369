// SPDX-License-Identifier: MIT
/* Making and finding tokens; see tokens.h. */
#include <sys/random.h>

#include "appliance/request.h"
#include "appliance/tokens.h"
#include "common/cli.h"
#include "common/digest.h"
#include "common/file.h"

#define SECRET_BYTES 32
#define ADMIN_TOKEN_LEN_MIN 32

char *random_hex(size_t bytes)
{
	unsigned char random[64];

	/* At most 256 bytes never come short once the generator is up, getrandom(2). */
	if (bytes > sizeof(random) || getrandom(random, bytes, 0) != (ssize_t)bytes) {
		log_error("no random numbers");
		abort();
	}
	return str_hex(random, bytes);
}

char *token_make(struct token_record *token)
{
	autofree char *secret = random_hex(SECRET_BYTES);
	char *text;

	token->id = random_hex(TOKEN_ID_LEN / 2);
	text = xasprintf("%s.%s", token->id, secret);
	token->hash = sha256_text(text, strlen(text));
	return text;
}

int token_find(struct store *store, const char *text, struct token_record *ret,
	       struct problems *problems)
{
	autofree char *id = xstrndup(text, TOKEN_ID_LEN);
	autofree char *hash = sha256_text(text, strlen(text));
	struct token_record token = { 0 };
	int r = store_token_get(store, id, &token, problems);

	if (r == 1 && !secrets_equal(hash, token.hash)) {
		token_record_done(&token);
		r = 0;
	}
	if (r == 1)
		*ret = token;
	return r;
}

int admin_token_open(const char *folder, char **ret_hash, struct problems *problems)
{
	autofree char *path = path_join(folder, ADMIN_TOKEN_FILE);
	autofree char *text = NULL;
	const char *token;

	if (file_read_optional(path, 4096, &text, NULL, problems) < 0)
		return -1;
	if (!text) {
		autofree char *secret = random_hex(SECRET_BYTES);

		text = xasprintf("%s\n", secret);
		if (file_write_text(path, 0600, text, problems) < 0)
			return -1;
	}
	token = str_trim(text);
	if (strlen(token) < ADMIN_TOKEN_LEN_MIN)
		return problem(problems, "%s: expected a token of at least %d characters", path,
			       ADMIN_TOKEN_LEN_MIN);
	*ret_hash = sha256_text(token, strlen(token));
	return 0;
}
