// SPDX-License-Identifier: MIT
/* OpenSSH's keys and certificates as bytes; see ssh_wire.h. */
#include <openssl/evp.h>

#include "common/ssh_wire.h"

/* ---- Writing ------------------------------------------------------------------------------------- */

void ssh_put_number(FILE *out, uint32_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		putc((int)(number >> shift & 0xff), out);
}

void ssh_put_long(FILE *out, uint64_t number)
{
	ssh_put_number(out, (uint32_t)(number >> 32));
	ssh_put_number(out, (uint32_t)number);
}

void ssh_put_string(FILE *out, const void *data, size_t len)
{
	ssh_put_number(out, (uint32_t)len);
	fwrite(data, 1, len, out);
}

void ssh_put_text(FILE *out, const char *text)
{
	ssh_put_string(out, text, strlen(text));
}

/* Without leading zeroes, but with one where the first bit would make it negative. */
void ssh_put_mpint(FILE *out, const unsigned char *bytes, size_t len)
{
	bool is_padded;

	while (len > 0 && !*bytes) {
		bytes++;
		len--;
	}
	is_padded = len > 0 && *bytes & 0x80;
	ssh_put_number(out, (uint32_t)len + is_padded);
	if (is_padded)
		putc(0, out);
	fwrite(bytes, 1, len, out);
}

char *ssh_line(const char *type, const void *blob, size_t len)
{
	autofree unsigned char *base64 = xmalloc((len + 2) / 3 * 4 + 1);

	EVP_EncodeBlock(base64, blob, (int)len);
	return xasprintf("%s %s", type, base64);
}

char *ssh_key_blob(const unsigned char point[SSH_POINT_LEN], size_t *ret_len)
{
	char *blob;
	FILE *out = xopen_memstream(&blob, ret_len);

	ssh_put_text(out, SSH_P256);
	ssh_put_text(out, SSH_P256_CURVE);
	ssh_put_string(out, point, SSH_POINT_LEN);
	fclose(out);
	return blob;
}

/* ---- Reading ------------------------------------------------------------------------------------- */

struct bytes {
	const unsigned char *at;
	size_t left;
};

static bool get_number(struct bytes *in, uint32_t *ret)
{
	if (in->left < 4)
		return false;
	*ret = (uint32_t)in->at[0] << 24 | (uint32_t)in->at[1] << 16 | (uint32_t)in->at[2] << 8 | in->at[3];
	in->at += 4;
	in->left -= 4;
	return true;
}

static bool get_long(struct bytes *in, uint64_t *ret)
{
	uint32_t high, low;

	if (!get_number(in, &high) || !get_number(in, &low))
		return false;
	*ret = (uint64_t)high << 32 | low;
	return true;
}

static bool get_string(struct bytes *in, struct bytes *ret)
{
	uint32_t len;

	if (!get_number(in, &len) || len > in->left)
		return false;
	*ret = (struct bytes){ in->at, len };
	in->at += len;
	in->left -= len;
	return true;
}

static bool get_text(struct bytes *in, const char *expected)
{
	struct bytes text;

	return get_string(in, &text) && text.left == strlen(expected) && memcmp(text.at, expected, text.left) == 0;
}

static bool get_point(struct bytes *in, unsigned char ret[SSH_POINT_LEN])
{
	struct bytes point;

	if (!get_text(in, SSH_P256_CURVE) || !get_string(in, &point) || point.left != SSH_POINT_LEN || point.at[0] != 4)
		return false;
	memcpy(ret, point.at, SSH_POINT_LEN);
	return true;
}

/* The bytes of "TYPE BASE64", owned by the caller, or NULL. Only the one way to write them is taken. */
static unsigned char *read_line(const char *text, const char *type, size_t max, size_t *ret_len)
{
	const char *rest = strlen(text) <= max ? str_after(text, type) : NULL;
	autofree unsigned char *blob = NULL;
	autofree char *again = NULL;
	size_t len;
	int decoded;

	if (!rest || *rest != ' ')
		return NULL;
	len = strlen(rest + 1);
	blob = xmalloc(len / 4 * 3 + 3);
	decoded = len > 0 ? EVP_DecodeBlock(blob, (const unsigned char *)rest + 1, (int)len) : -1;
	if (decoded < 0)
		return NULL;
	*ret_len = (size_t)decoded - (str_ends(rest, "==") ? 2 : str_ends(rest, "=") ? 1 : 0);
	again = ssh_line(type, blob, *ret_len);
	return streq(again, text) ? take_ptr(blob) : NULL;
}

bool ssh_key_read(const char *text, unsigned char ret_point[SSH_POINT_LEN])
{
	struct bytes in = { 0 };
	autofree unsigned char *blob = read_line(text, SSH_P256, SSH_KEY_TEXT_MAX, &in.left);
	unsigned char point[SSH_POINT_LEN];

	in.at = blob;
	if (!blob || !get_text(&in, SSH_P256) || !get_point(&in, point) || in.left)
		return false;
	memcpy(ret_point, point, sizeof(point));
	return true;
}

bool ssh_certificate_read(const char *text, struct ssh_certificate *ret)
{
	struct bytes in = { 0 }, skipped;
	autofree unsigned char *blob = read_line(text, SSH_P256_CERTIFICATE, SSH_CERTIFICATE_TEXT_MAX, &in.left);
	struct ssh_certificate certificate;
	uint64_t serial;
	uint32_t type;

	in.at = blob;
	/* nonce; key; serial, type, key id, principals; dates; options, extensions, reserved, signer, signature */
	if (!blob || !get_text(&in, SSH_P256_CERTIFICATE) || !get_string(&in, &skipped) ||
	    !get_point(&in, certificate.point) || !get_long(&in, &serial) || !get_number(&in, &type) ||
	    type != SSH_HOST_CERTIFICATE || !get_string(&in, &skipped) || !get_string(&in, &skipped) ||
	    !get_long(&in, &certificate.from) || !get_long(&in, &certificate.until))
		return false;
	for (int i = 0; i < 5; i++)
		if (!get_string(&in, &skipped))
			return false;
	if (in.left || certificate.until <= certificate.from || certificate.until > INT64_MAX)
		return false;
	*ret = certificate;
	return true;
}
