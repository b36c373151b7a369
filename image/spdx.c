// SPDX-License-Identifier: MIT
/*
 * Writing the SBOM; see spdx.h. Layers, boot files and programs are packages of one file: SPDX wants
 * SHA-1 of what it calls a file, and nobody should ask for that.
 *
 *	document DESCRIBES image
 *	image    CONTAINS  each layer, kernel and initramfs, each Debian package
 *	tools.squashfs CONTAINS each of our programs
 */
#include <ctype.h>

#include "common/digest.h"
#include "image/spdx.h"

#define ID "SPDXRef-"
#define IMAGE_ID ID "Image"
#define OURS "Organization: The Roost authors"
#define DEBIAN "Organization: Debian"
#define UNKNOWN "NOASSERTION"
#define TOOLS_LAYER "tools.squashfs"

struct writer {
	const struct spdx_image *image;
	json_t *packages;
	json_t *relationships;
};

static const char *text_of(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(object, field));
}

/* Letters, digits, "." and "-" are what an identifier may have; names of packages have "+", too. */
static char *identifier(const char *kind, const char *name)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fprintf(f, ID "%s-", kind);
	for (; *name; name++) {
		if (isalnum((unsigned char)*name) || *name == '.' || *name == '-')
			putc(*name, f);
		else
			fprintf(f, ".%02x", (unsigned char)*name);
	}
	fclose(f);
	return text;
}

/* What is not unreserved (RFC 3986) is written as %XX. */
static void print_encoded(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			putc(*text, f);
		else
			fprintf(f, "%%%02X", (unsigned char)*text);
	}
}

char *spdx_purl(const char *name, const char *version, const char *architecture, const char *suite)
{
	char *text = NULL;
	size_t len;
	FILE *f = xopen_memstream(&text, &len);

	fputs("pkg:deb/debian/", f);
	print_encoded(f, name);
	putc('@', f);
	print_encoded(f, version);
	fputs("?arch=", f);
	print_encoded(f, architecture);
	fputs("&distro=", f);
	print_encoded(f, suite);
	fclose(f);
	return text;
}

static void relate(struct writer *writer, const char *from, const char *type, const char *to)
{
	json_array_append_new(writer->relationships, json_pack("{s:s, s:s, s:s}", "spdxElementId", from,
		"relationshipType", type, "relatedSpdxElement", to));
}

/* What every package has; `sha256` may be NULL. Borrowed from the document. */
static json_t *add_package(struct writer *writer, const char *id, const char *name, const char *version,
			   const char *license, const char *sha256)
{
	json_t *package = json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "SPDXID", id, "name", name,
		"versionInfo", version, "downloadLocation", UNKNOWN, "filesAnalyzed", false,
		"licenseConcluded", UNKNOWN, "licenseDeclared", license ? license : UNKNOWN);

	if (sha256)
		json_object_set_new(package, "checksums", json_pack("[{s:s, s:s}]", "algorithm", "SHA256",
			"checksumValue", sha256));
	json_array_append_new(writer->packages, package);
	return package;
}

static void set(json_t *object, const char *field, const char *text)
{
	json_object_set_new(object, field, json_string(text));
}

static void add_debian(struct writer *writer, const json_t *item)
{
	const char *name = text_of(item, "name"), *version = text_of(item, "version");
	const char *source = text_of(item, "source"), *homepage = text_of(item, "homepage");
	autofree char *id = identifier("Debian", name);
	autofree char *purl = spdx_purl(name, version, text_of(item, "architecture"), writer->image->suite);
	json_t *package = add_package(writer, id, name, version, text_of(item, "license"),
				      text_of(item, "sha256"));

	set(package, "supplier", DEBIAN);
	if (source) {
		autofree char *info = xasprintf("built from the source package %s", source);

		set(package, "sourceInfo", info);
	}
	if (homepage && str_after(homepage, "http"))
		set(package, "homepage", homepage);
	json_object_set_new(package, "externalRefs", json_pack("[{s:s, s:s, s:s}]", "referenceCategory",
		"PACKAGE-MANAGER", "referenceType", "purl", "referenceLocator", purl));
	relate(writer, IMAGE_ID, "CONTAINS", id);
}

/* A file that is ours, or that the build made: a layer, the kernel's file, a program. */
static void add_file(struct writer *writer, const char *kind, const char *license, const char *from,
		     const char *folder, const json_t *item)
{
	const char *name = text_of(item, "name");
	autofree char *id = identifier(kind, name), *path = xasprintf("%s/%s", folder, name);
	json_t *package = add_package(writer, id, name, writer->image->version, license,
				      text_of(item, "sha256"));

	set(package, "supplier", OURS);
	set(package, "packageFileName", path);
	relate(writer, from, "CONTAINS", id);
}

static void add_all(struct writer *writer)
{
	const struct spdx_image *image = writer->image;
	autofree char *tools = identifier("Layer", TOOLS_LAYER);
	const json_t *item;
	size_t i;

	set(add_package(writer, IMAGE_ID, "roost-node", image->version, NULL, image->manifest_sha256),
	    "supplier", OURS);
	set(json_array_get(writer->packages, 0), "comment",
	    "The checksum is that of manifest.json, which names the image's layers by their own.");
	relate(writer, ID "DOCUMENT", "DESCRIBES", IMAGE_ID);
	json_array_foreach(json_object_get(image->manifest, "layers"), i, item)
		add_file(writer, "Layer", NULL, IMAGE_ID, "roost", item);
	json_array_foreach(json_object_get(image->manifest, "boot"), i, item)
		add_file(writer, "Boot", NULL, IMAGE_ID, "boot", item);
	json_array_foreach(image->programs, i, item)
		add_file(writer, "Program", "MIT", tools, "usr/bin", item);
	json_array_foreach(image->packages, i, item)
		add_debian(writer, item);
}

/* A name that no other document has: of what is in this one. */
static void set_namespace(json_t *document, const char *version)
{
	autofree char *text = json_line(document);
	autofree char *digest = sha256_text(text, strlen(text));
	autofree char *name = xasprintf("https://spdx.org/spdxdocs/roost-node-%s-%s", version, digest);

	set(document, "documentNamespace", name);
}

json_t *spdx_document(const struct spdx_image *image)
{
	struct writer writer = { image, json_array(), json_array() };
	autofree char *name = xasprintf("roost-node-%s", image->version);
	autofree char *creator = xasprintf("Tool: roost-image-%s", image->version);
	char created[] = "YYYY-MM-DDThh:mm:ssZ";
	json_t *document;
	struct tm tm;

	gmtime_r(&image->date, &tm);
	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", &tm);
	add_all(&writer);
	document = json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:[s]}, s:[s], s:o, s:o}", "spdxVersion",
		"SPDX-2.3", "dataLicense", "CC0-1.0", "SPDXID", ID "DOCUMENT", "name", name, "creationInfo",
		"created", created, "creators", creator, "documentDescribes", IMAGE_ID, "packages",
		writer.packages, "relationships", writer.relationships);
	set_namespace(document, image->version);
	return document;
}
