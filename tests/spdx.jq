# SPDX-License-Identifier: MIT
# What is wrong with an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3/), a line each; nothing
# when it is valid. The constraints of the schema and of the text that apply to what roost-image writes.
def wrong($where; $what): "\($where): \($what)";
def must(ok; $where; $what): if ok then empty else wrong($where; $what) end;
def is_text: type == "string" and length > 0;
def is_id: is_text and test("^SPDXRef-[A-Za-z0-9.-]+$");
def is_digest: is_text and test("^[0-9a-f]{64}$");
def is_agent: is_text and test("^(NOASSERTION|(Person|Organization): .+)$");
# Of the licence list, with operators and parentheses.
def listed: ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MPL-1.1", "MPL-2.0",
	"OFL-1.1", "Zlib", ("1.0", "2.0", "3.0" | "GPL-\(.)-only", "GPL-\(.)-or-later"),
	("2.0", "2.1", "3.0" | "LGPL-\(.)-only", "LGPL-\(.)-or-later")];
def is_license: is_text and (. == "NONE" or . == "NOASSERTION" or
	(test("^\\(?[A-Za-z0-9.-]+\\)?( (AND|OR) \\(?[A-Za-z0-9.-]+\\)?)*$") and
	 ([match("\\("; "g")] | length) == ([match("\\)"; "g")] | length) and
	 all(splits("[() ]+") | select(. != "" and . != "AND" and . != "OR"); . as $name | listed | index($name))));
def purposes: ["APPLICATION", "FRAMEWORK", "LIBRARY", "CONTAINER", "OPERATING-SYSTEM", "DEVICE", "FIRMWARE", "SOURCE",
	"ARCHIVE", "FILE", "INSTALL", "OTHER"];
def relationships: ["DESCRIBES", "DESCRIBED_BY", "CONTAINS", "CONTAINED_BY", "DEPENDS_ON", "GENERATED_FROM", "OTHER"];

([.SPDXID, .packages[]?.SPDXID]) as $ids | ([.packages[]?.SPDXID]) as $packages
| must(.spdxVersion == "SPDX-2.3"; "document"; "spdxVersion"),
must(.dataLicense == "CC0-1.0"; "document"; "dataLicense"),
must(.SPDXID == "SPDXRef-DOCUMENT"; "document"; "SPDXID"),
must(.name | is_text; "document"; "name"),
must(.documentNamespace | is_text and test("^https?://[^ #]+$"); "document"; "documentNamespace"),
must(.creationInfo.created | is_text and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"); "document"; "created"),
must(.creationInfo.creators | type == "array" and length > 0 and all(.[]; is_text and test("^(Tool|Person|Organization): .+")); "document"; "creators"),
must((.packages | type) == "array" and (.relationships | type) == "array"; "document"; "packages, relationships"),
must((keys - ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "documentDescribes", "packages", "relationships"]) == []; "document"; "an unknown field"),
must(($ids | unique | length) == ($ids | length); "document"; "an SPDXID twice"),
must(all(.documentDescribes[]?; . as $id | $packages | index($id)); "document"; "documentDescribes"),
must(any(.relationships[]?; .relationshipType == "DESCRIBES" and .spdxElementId == "SPDXRef-DOCUMENT"); "document"; "it DESCRIBES nothing"),
(.packages[]? | (.SPDXID // "a package") as $where
	| must(.SPDXID | is_id; $where; "SPDXID"),
	must(.name | is_text; $where; "name"),
	must(.downloadLocation | is_text and test("^(NONE|NOASSERTION|(https?|ftp|git)[+a-z]*://.+)$"); $where; "downloadLocation"),
	must(.filesAnalyzed == false; $where; "filesAnalyzed, without files"),
	must(.versionInfo == null or (.versionInfo | is_text); $where; "versionInfo"),
	must(.supplier == null or (.supplier | is_agent); $where; "supplier"),
	must(all(.licenseConcluded, .licenseDeclared; is_license); $where; "licence \(.licenseDeclared)"),
	must(all(.checksums[]?; .algorithm == "SHA256" and (.checksumValue | is_digest)); $where; "checksums"),
	must(.primaryPackagePurpose == null or (.primaryPackagePurpose as $p | purposes | index($p)); $where; "primaryPackagePurpose"),
	must(.homepage == null or (.homepage | is_text and test("^https?://[^ ]+$")); $where; "homepage"),
	must(all(.externalRefs[]?; .referenceCategory == "PACKAGE-MANAGER" and .referenceType == "purl" and
		(.referenceLocator | is_text and test("^pkg:deb/debian/([a-z0-9.-]|%2B)+@[A-Za-z0-9%.~_-]+[?]arch=[a-z0-9]+&distro=[a-z]+$"))); $where; "externalRefs"),
	must((keys - ["SPDXID", "name", "versionInfo", "downloadLocation", "filesAnalyzed", "licenseConcluded", "licenseDeclared", "checksums", "supplier", "packageFileName", "sourceInfo", "homepage", "comment", "externalRefs", "primaryPackagePurpose"]) == []; $where; "an unknown field")),
(.relationships[]? | "\(.spdxElementId) \(.relationshipType) \(.relatedSpdxElement)" as $where
	| must(.relationshipType as $type | relationships | index($type); $where; "relationshipType"),
	must(.spdxElementId as $id | $ids | index($id); $where; "spdxElementId is nowhere"),
	must(.relatedSpdxElement as $id | $ids | index($id); $where; "relatedSpdxElement is nowhere"))
