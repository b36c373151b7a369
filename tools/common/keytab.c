// SPDX-License-Identifier: MIT
/*
 * Keytabs; see keytab.h. All numbers are big-endian:
 *
 *	file:   05 02, entries
 *	entry:  int32 size (negative: that many bytes are a hole; 0: the end), then in `size` bytes
 *	        uint16 components, counted realm, counted components, uint32 kind of name, uint32 time,
 *	        uint8 version, uint16 encryption, counted key, perhaps uint32 version (when not 0, it counts)
 *	counted: uint16 length, bytes
 */
#include <stdint.h>

#include "common/file.h"
#include "common/keytab.h"

#define COMPONENTS_MAX 8
#define NAME_MAX_LEN 256

/* What is left to read; is_bad: there was too little. */
struct reader {
	const unsigned char *at, *end;
	bool is_bad;
};

static uint32_t number(struct reader *reader, size_t bytes)
{
	uint32_t value = 0;

	if (reader->is_bad || (size_t)(reader->end - reader->at) < bytes) {
		reader->is_bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | *reader->at++;
	return value;
}

/* The bytes behind a length, borrowed; NULL when they are not all there. */
static const unsigned char *counted(struct reader *reader, size_t *ret_len)
{
	const unsigned char *bytes;
	size_t len = number(reader, 2);

	if (reader->is_bad || (size_t)(reader->end - reader->at) < len) {
		reader->is_bad = true;
		return NULL;
	}
	bytes = reader->at;
	reader->at += len;
	*ret_len = len;
	return bytes;
}

/* A part of a name: printable, and nothing that would need quoting in one. Owned by the caller. */
static char *name_part(struct reader *reader)
{
	size_t len = 0;
	const unsigned char *bytes = counted(reader, &len);

	if (!bytes || len == 0 || len > NAME_MAX_LEN) {
		reader->is_bad = true;
		return NULL;
	}
	for (size_t i = 0; i < len; i++)
		if (bytes[i] <= ' ' || bytes[i] > '~' || strchr("/@\\\"'", bytes[i])) {
			reader->is_bad = true;
			return NULL;
		}
	return xstrndup((const char *)bytes, len);
}

static char *principal(struct reader *reader)
{
	uint32_t count = number(reader, 2);
	autofree char *realm = name_part(reader), *name = NULL;
	autostrv char **components = NULL;

	if (count == 0 || count > COMPONENTS_MAX)
		reader->is_bad = true;
	for (uint32_t i = 0; !reader->is_bad && i < count; i++) {
		char *component = name_part(reader);

		if (component)
			strv_push_take(&components, component);
	}
	if (reader->is_bad)
		return NULL;
	name = strv_join(components, "/");
	return xasprintf("%s@%s", name, realm);
}

/* False when the entry is broken. */
static bool entry(struct reader *reader, struct keytab_key *ret)
{
	autofree char *name = principal(reader);
	struct keytab_key key = { 0 };
	size_t len = 0;

	(void)number(reader, 4); /* kind of name */
	(void)number(reader, 4); /* time */
	key.version = number(reader, 1);
	key.encryption = number(reader, 2);
	(void)counted(reader, &len);
	if (reader->is_bad || len == 0)
		return false;
	if (reader->end - reader->at >= 4) {
		uint32_t version = number(reader, 4);

		key.version = version ? version : key.version;
	}
	key.principal = take_ptr(name);
	*ret = key;
	return true;
}

static void add(struct keytab *keytab, const struct keytab_key *key)
{
	keytab->keys = xreallocarray(keytab->keys, keytab->count + 1, sizeof(*keytab->keys));
	keytab->keys[keytab->count++] = *key;
}

static int entries(struct reader *file, struct keytab *keytab, const char *source, struct problems *problems)
{
	while (file->at < file->end) {
		int64_t size = (int32_t)number(file, 4);
		struct reader within = { .at = file->at, .end = file->at };
		struct keytab_key key;

		if (size == 0 && !file->is_bad)
			break;
		if (file->is_bad || (size < 0 ? -size : size) > file->end - file->at)
			return problem(problems, "%s: entry %zu is cut off: expected a whole keytab", source,
				       keytab->count + 1);
		within.end = file->at += size < 0 ? -size : size;
		if (size < 0)
			continue;
		if (keytab->count == KEYTAB_KEYS_MAX || !entry(&within, &key))
			return problem(problems, "%s: entry %zu: expected one of at most %d keys with its principal",
				       source, keytab->count + 1, KEYTAB_KEYS_MAX);
		add(keytab, &key);
	}
	return keytab->count ? 0 : problem(problems, "%s: expected a keytab with at least one key", source);
}

int keytab_read(const void *data, size_t len, struct keytab *ret, const char *source, struct problems *problems)
{
	struct reader file = { .at = data, .end = (const unsigned char *)data + len };
	struct keytab keytab = { 0 };

	if (len > KEYTAB_MAX)
		return problem(problems, "%s: expected at most %d bytes", source, KEYTAB_MAX);
	if (number(&file, 2) != 0x0502)
		return problem(problems, "%s: expected a keytab of format 2, as ktadd and ktutil write them", source);
	if (entries(&file, &keytab, source, problems) < 0) {
		keytab_done(&keytab);
		return -1;
	}
	*ret = keytab;
	return 0;
}

int keytab_read_file(const char *path, struct keytab *ret, struct problems *problems)
{
	autofree char *data = NULL;
	size_t len;
	int r;

	if (file_read(path, KEYTAB_MAX, &data, &len, problems) < 0)
		return -1;
	r = keytab_read(data, len, ret, path, problems);
	explicit_bzero(data, len);
	return r;
}

void keytab_done(struct keytab *keytab)
{
	for (size_t i = 0; i < keytab->count; i++)
		free(keytab->keys[i].principal);
	free(keytab->keys);
	*keytab = (struct keytab){ 0 };
}

char **keytab_principals(const struct keytab *keytab)
{
	char **names = NULL;

	for (size_t i = 0; i < keytab->count; i++)
		if (!strv_contains(names, keytab->keys[i].principal))
			strv_push(&names, keytab->keys[i].principal);
	return names;
}

bool keytab_serves(const struct keytab *keytab, const char *service, const char *realm)
{
	for (size_t i = 0; i < keytab->count; i++) {
		const char *rest = str_after(keytab->keys[i].principal, service);

		if (rest && *rest == '/' && (!realm || streq(strchr(rest, '@') + 1, realm)))
			return true;
	}
	return false;
}

char *keytab_encryption_name(unsigned encryption)
{
	static const struct {
		unsigned number;
		const char *name;
	} names[] = {
		{ 16, "des3-cbc-sha1" },
		{ 17, "aes128-cts-hmac-sha1-96" },
		{ 18, "aes256-cts-hmac-sha1-96" },
		{ 19, "aes128-cts-hmac-sha256-128" },
		{ 20, "aes256-cts-hmac-sha384-192" },
		{ 23, "arcfour-hmac" },
		{ 25, "camellia128-cts-cmac" },
		{ 26, "camellia256-cts-cmac" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].number == encryption)
			return xstrdup(names[i].name);
	return xasprintf("encryption type %u", encryption);
}
