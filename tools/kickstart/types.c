// SPDX-License-Identifier: MIT
/*
 * The kinds of values that options take: texts, numbers, words, paths, URLs. Each is one function
 * and one const descriptor. What belongs to networks is in types_net.c.
 */
#include "kickstart/options.h"

static bool give_text(struct ks_value *ret, const char *text)
{
	ret->text = xstrdup(text);
	return true;
}

const struct ks_type ks_flag = { .placeholder = "", .storage = KS_SWITCH };

const struct ks_type ks_string = { .placeholder = "TEXT", .expected = "a text that is not empty" };

static bool read_text(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	return give_text(ret, text);
}

const struct ks_type ks_text = { .placeholder = "TEXT", .expected = "a text", .read = read_text };

static bool read_integer(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	long long value;

	if (!str_to_int(text, option->min, option->max, &value))
		return false;
	ret->number = (int)value;
	return true;
}

/* `expected` depends on the row: see options.c. */
const struct ks_type ks_integer = { .placeholder = "N", .storage = KS_NUMBER,
				    .read = read_integer };

static bool read_boolean(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	bool value;

	(void)option;
	if (!str_to_bool(text, &value))
		return false;
	ret->number = value;
	return true;
}

const struct ks_type ks_boolean = { .placeholder = "yes|no", .expected = "yes or no",
				    .storage = KS_NUMBER, .read = read_boolean };

static bool read_enum(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	for (int i = 0; option->names[i]; i++) {
		if (streq(option->names[i], text)) {
			ret->number = i;
			return true;
		}
	}
	return false;
}

const struct ks_type ks_enum = { .storage = KS_NUMBER, .read = read_enum };

static bool read_one_of(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	struct ks_value index;

	return read_enum(option, text, &index) && give_text(ret, text);
}

const struct ks_type ks_word = { .read = read_one_of };

static bool read_path(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	(void)option;
	if (text[0] != '/' || strlen(text) > 4095)
		return false;
	for (const char *p = text; p; p = strchr(p + 1, '/')) {
		size_t n = strcspn(p + 1, "/");

		if ((n == 1 && p[1] == '.') || (n == 2 && p[1] == '.' && p[2] == '.'))
			return false;
	}
	return give_text(ret, text);
}

const struct ks_type ks_path = { .placeholder = "PATH", .read = read_path,
				 .expected = "an absolute path without . or .." };

/* No blanks and no user:password@ part, which would end up in logs. */
static bool read_url_of(const char *const *schemes, const char *text, struct ks_value *ret)
{
	for (; *schemes; schemes++) {
		const char *rest = str_after(text, *schemes);
		size_t authority = rest ? strcspn(rest, "/?#") : 0;

		if (!rest || strpbrk(text, " \t\"<>\\^`{|}") || memchr(rest, '@', authority))
			continue;
		if (streq(*schemes, "file://") ? rest[0] == '/' : authority > 0)
			return give_text(ret, text);
	}
	return false;
}

static bool read_url(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	static const char *const schemes[] = { "http://", "https://", "file://", NULL };

	(void)option;
	return read_url_of(schemes, text, ret);
}

const struct ks_type ks_url = {
	.placeholder = "URL", .read = read_url,
	.expected = "a URL that begins with http://, https:// or file:/// and holds no password",
};

static bool read_http_url(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	static const char *const schemes[] = { "http://", "https://", NULL };

	(void)option;
	return read_url_of(schemes, text, ret);
}

const struct ks_type ks_http_url = {
	.placeholder = "URL", .read = read_http_url,
	.expected = "a URL that begins with http:// or https:// and holds no password",
};

/* RFC 3720 section 3.2.6.3: lower case (3.2.6.2), letters, digits, dash, dot and colon; 223 bytes. */
static bool read_iqn(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.:";
	const char *rest = str_after(text, "iqn.");

	(void)option;
	if (strlen(text) > 223 || text[strspn(text, characters)] != '\0')
		return false;
	if (rest) {
		/* iqn.YYYY-MM.domain[:anything] */
		if (strspn(rest, "0123456789") != 4 || rest[4] != '-' ||
		    strspn(rest + 5, "0123456789") != 2 || rest[7] != '.' || rest[8] == '\0')
			return false;
		return give_text(ret, text);
	}
	rest = str_after(text, "eui.");
	if (rest)
		return strlen(rest) == 16 && strspn(rest, "0123456789abcdef") == 16 &&
		       give_text(ret, text);
	rest = str_after(text, "naa.");
	return rest && (strlen(rest) == 16 || strlen(rest) == 32) &&
	       rest[strspn(rest, "0123456789abcdef")] == '\0' && give_text(ret, text);
}

const struct ks_type ks_iqn = {
	.placeholder = "IQN", .read = read_iqn,
	.expected = "an iSCSI name in lower case such as iqn.2026-01.com.example:disk1",
};

static bool read_key_value(const struct ks_option *option, const char *text, struct ks_value *ret)
{
	const char *equals = strchr(text, '=');

	(void)option;
	return equals && equals > text && equals[1] != '\0' && give_text(ret, text);
}

const struct ks_type ks_key_value = { .placeholder = "KEY=VALUE", .read = read_key_value,
				      .expected = "KEY=VALUE" };

static bool read_kernel_arguments(const struct ks_option *option, const char *text,
				  struct ks_value *ret)
{
	(void)option;
	return text[0] && text[strspn(text, KERNEL_ARGUMENT_CHARACTERS)] == '\0' &&
	       give_text(ret, text);
}

const struct ks_type ks_kernel_arguments = {
	.placeholder = "TEXT", .read = read_kernel_arguments,
	.expected = "kernel arguments of letters, digits, blanks and ! % + , - . / : = @ [ ] _ ~, which "
		    "no boot loader takes for something else",
};
