// SPDX-License-Identifier: MIT
/* The list of facts; see facts.h. */
#include "node/facts.h"
#include "node/node_id.h"

const struct fact_kind *const fact_kinds[] = {
	&facts_hostname, &facts_dmi,      &facts_cpu, &facts_memory,   &facts_nic,
	&facts_disk,     &facts_firmware, &facts_iscsi, &facts_kvm, &facts_versions,
	&facts_crash,    NULL,
};

int facts_collect(const char *root, json_t **ret, struct problems *problems)
{
	autofree char *id = node_id(root);
	json_t *facts = json_object();
	int result = 0;

	json_object_set_new(facts, "id", fact_string(id));
	for (size_t i = 0; fact_kinds[i]; i++)
		if (fact_kinds[i]->collect(root, facts, problems) < 0)
			result = -1;
	*ret = facts;
	return result;
}
