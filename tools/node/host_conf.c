// SPDX-License-Identifier: MIT
/* Reads the host's configuration; see host_conf.h. */
#include "common/digest.h"
#include "common/file.h"
#include "kickstart/parse.h"
#include "node/host_conf.h"

int host_conf_read(const char *root, struct host *ret, char **ret_configuration,
		   struct problems *problems)
{
	autofree char *path = path_in_root(root, HOST_CONF), *text = NULL;
	size_t len;

	*ret = (struct host){ 0 };
	if (file_read(path, KS_MAX_BYTES, &text, &len, problems) < 0 ||
	    host_read_kickstart(text, len, "host.conf", ret, problems) < 0)
		return -1;
	if (ret_configuration)
		*ret_configuration = sha256_text(text, len);
	return 0;
}

int host_conf_read_optional(const char *root, struct host *ret, struct problems *problems)
{
	autofree char *path = path_in_root(root, HOST_CONF);

	*ret = (struct host){ 0 };
	return path_exists(path) ? host_conf_read(root, ret, NULL, problems) : 0;
}
