// SPDX-License-Identifier: MIT
/* The texts of a network boot tree; see pxe_menus.h. */
#include "host/kernel_args.h"
#include "media/pxe_menus.h"
#include "media/template.h"

#define DIR_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+=@:~-"
/* The loaders and the debug entry add their own. */
#define COMMAND_LINE_MAX (KERNEL_ARGS_MAX - 200)

/* dnsmasq has no escape for a path: a comma or a blank would end it. */
static int check_dir(const char *dir, struct problems *problems)
{
	if (dir[strspn(dir, DIR_CHARACTERS)] == '\0')
		return 0;
	return problem(problems, "%s: dnsmasq would not take its path: expected a folder whose path has "
		       "only letters, digits and / . _ + = @ : ~ -", dir);
}

/* All that both ways to boot have in common. */
static char *common_arguments(const struct pxe_source *source, const struct pxe_options *options)
{
	autostrv char **words = NULL;

	if (source->manifest.append[0])
		strv_push(&words, source->manifest.append);
	if (options->appliance)
		strv_pushf(&words, "roost.appliance=%s", options->appliance);
	if (options->fingerprint)
		strv_pushf(&words, "roost.fingerprint=%s", options->fingerprint);
	if (options->append)
		strv_push(&words, options->append);
	return words ? strv_join(words, " ") : xstrdup("");
}

static char *http_arguments(const struct pxe_source *source, const struct pxe_options *options,
			    const char *common)
{
	autostrv char **words = NULL;

	strv_push(&words, "root=roost");
	for (char **url = options->urls; *url; url++)
		strv_pushf(&words, "roost.url=%s/roost", *url);
	strv_pushf(&words, "roost.manifest=%s", source->manifest_sha256);
	if (*common)
		strv_push(&words, common);
	return strv_join(words, " ");
}

/* Loaders and firmware have no CA of ours to check: what they load themselves is plain HTTP or TFTP. */
static const char *loader_url(const struct pxe_options *options)
{
	for (char **url = options->urls; url && *url; url++)
		if (str_after(*url, "http://"))
			return *url;
	return NULL;
}

/* The URL's path: "" or "/boot". */
static const char *url_path(const char *url)
{
	return url + strlen("http://") + strcspn(url + strlen("http://"), "/");
}

/* 0 means "do not wait" to us, and "wait for ever" to pxelinux and iPXE. */
static char *timeout_text(int timeout_s, int units)
{
	return xasprintf("%d", timeout_s > 0 || units == 1 ? timeout_s * units : 1);
}

static int fill_all(const struct pxe_source *source, const struct template_word *words,
		    struct pxe_menus *menus, struct problems *problems)
{
	int r = 0;

	for (int i = 0; i < PXE_TEMPLATES; i++) {
		autofree char *name = xasprintf("%s: %s", source->iso, pxe_template_places[i].on_iso);

		if (strlen(source->templates[i].data) != source->templates[i].len)
			r = problem(problems, "%s: expected a text", name);
		else if (template_fill(source->templates[i].data, name, words, &menus->texts[i],
				       problems) < 0)
			r = -1;
	}
	return r;
}

static int check_texts(const struct pxe_source *source, const char *dir, const char *arguments,
		       struct problems *problems)
{
	autofree char *append = xasprintf("%s: the kernel arguments in its manifest", source->iso);

	if (check_dir(dir, problems) < 0 ||
	    pxe_check_arguments(source->manifest.append, append, problems) < 0)
		return -1;
	if (strlen(arguments) > COMMAND_LINE_MAX)
		return problem(problems, "the kernel arguments would have %zu characters, expected at most "
			       "%d: give fewer --url or a shorter --append", strlen(arguments),
			       COMMAND_LINE_MAX);
	return 0;
}

int pxe_menus_fill(const struct pxe_source *source, const struct pxe_options *options,
		   const char *dir, struct pxe_menus *ret, struct problems *problems)
{
	int timeout = options->timeout_s >= 0 ? options->timeout_s : source->manifest.timeout_s;
	const char *url = loader_url(options);
	autofree char *common = common_arguments(source, options);
	autofree char *tftp = xasprintf("root=roost%s%s", *common ? " " : "", common);
	autofree char *http = options->urls ? http_arguments(source, options, common) : NULL;
	autofree char *seconds = timeout_text(timeout, 1), *tenths = timeout_text(timeout, 10);
	autofree char *thousandths = timeout_text(timeout, 1000);
	autofree char *script = url ? xasprintf("%s/boot.ipxe", url) : xstrdup("boot.ipxe");
	autofree char *loader = url ? xasprintf("%s/bootx64.efi", url) : NULL;
	autofree char *next = options->server ? xasprintf(",,%s", options->server) : xstrdup("");
	autofree char *proxy = options->server ? xasprintf(",%s", options->server) : xstrdup("");
	const struct template_word words[] = {
		{ "VERSION", source->manifest.version }, { "DIR", dir },
		{ "ARGS", http ? http : tftp }, { "ARGS_TFTP", tftp },
		{ "SECOND", http ? "net.img" : "layers.img" }, { "HTTP", http },
		{ "TIMEOUT_S", seconds }, { "TIMEOUT_DS", tenths }, { "TIMEOUT_MS", thousandths },
		{ "RANGE", options->dhcp_range }, { "INTERFACE", options->interface },
		{ "NEXT_SERVER", next }, { "PROXY_SERVER", proxy },
		{ "IPXE_SCRIPT", script }, { "LOADER_URL", loader },
		{ "LOADER_PATH", url ? url_path(url) : NULL },
		{ 0 },
	};
	struct pxe_menus menus = { .arguments = xstrdup(http ? http : tftp) };

	if (check_texts(source, dir, menus.arguments, problems) < 0 ||
	    fill_all(source, words, &menus, problems) < 0) {
		pxe_menus_done(&menus);
		return -1;
	}
	*ret = menus;
	return 0;
}

void pxe_menus_done(struct pxe_menus *menus)
{
	for (int i = 0; i < PXE_TEMPLATES; i++)
		free(menus->texts[i]);
	free(menus->arguments);
	*menus = (struct pxe_menus){ 0 };
}
