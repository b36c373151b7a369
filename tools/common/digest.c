// SPDX-License-Identifier: MIT
/* SHA-256 through libcrypto; see digest.h. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>

#include "common/digest.h"

struct digest {
	EVP_MD_CTX *context;
};

struct digest *digest_new(void)
{
	struct digest *digest = xmalloc(sizeof(*digest));

	digest->context = EVP_MD_CTX_new();
	/* Fails only when memory or the library itself is gone. */
	if (!digest->context || EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1)
		abort();
	return digest;
}

void digest_add(struct digest *digest, const void *data, size_t len)
{
	EVP_DigestUpdate(digest->context, data, len);
}

void digest_add_text(struct digest *digest, const char *text)
{
	uint64_t len = text ? strlen(text) : UINT64_MAX;

	digest_add(digest, &len, sizeof(len));
	if (text)
		digest_add(digest, text, (size_t)len);
}

static char *final_hex(EVP_MD_CTX *context)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	EVP_DigestFinal_ex(context, sum, &len);
	return str_hex(sum, len);
}

char *digest_so_far(const struct digest *digest)
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	char *hex;

	if (!copy || EVP_MD_CTX_copy_ex(copy, digest->context) != 1)
		abort();
	hex = final_hex(copy);
	EVP_MD_CTX_free(copy);
	return hex;
}

char *digest_end(struct digest *digest)
{
	char *hex = final_hex(digest->context);

	digest_free(digest);
	return hex;
}

void digest_free(struct digest *digest)
{
	if (!digest)
		return;
	EVP_MD_CTX_free(digest->context);
	free(digest);
}

char *sha256_text(const void *data, size_t len)
{
	struct digest *digest = digest_new();

	digest_add(digest, data, len);
	return digest_end(digest);
}

int sha256_file(const char *path, char **ret, struct problems *problems)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	autofree char *block = xmalloc(256 * 1024);
	struct digest *digest;
	ssize_t n;
	char *sum;

	if (fd < 0)
		return problem_errno(problems, errno, "cannot open %s", path);
	digest = digest_new();
	while ((n = read(fd, block, 256 * 1024)) > 0)
		digest_add(digest, block, (size_t)n);
	sum = digest_end(digest);
	if (n < 0) {
		free(sum);
		return problem_errno(problems, errno, "cannot read %s", path);
	}
	*ret = sum;
	return 0;
}
