package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Comparison of what keeps the tenants of a table apart with its declaration.
 */
final class TenancyComparison {

	private final TableDefinition declared;

	private final ExistingTable existing;

	private final TableCatalog catalog;

	TenancyComparison(TableDefinition declared, ExistingTable existing, TableCatalog catalog) {
		this.declared = declared;
		this.existing = existing;
		this.catalog = catalog;
	}

	void addTo(List<Difference> differences) {
		MetadataColumn tenant = this.declared.table().tenantKey();
		TenantPolicy policy = this.declared.tenantPolicy();
		if (tenant != null && policy != null) {
			compareColumn(tenant.column(), differences);
			comparePolicies(policy, differences);
		}
		else {
			requireNoPolicy(differences);
		}
	}

	private void compareColumn(String name, List<Difference> differences) {
		ExistingColumn column = this.existing.columns().get(name);
		if (column == null || column.notNull()) {
			return;
		}
		String notNull = this.declared.alterColumn(name, "SET NOT NULL");
		if (this.catalog.hasNull(this.declared.table(), name)) {
			differences
				.add(Difference.refused("column %s is declared as the tenant, but rows have none".formatted(name),
						List.of("UPDATE %s SET %s = '<tenant of these rows>' WHERE %2$s IS NULL"
							.formatted(this.declared.table().quotedName(), VectorTable.quote(name)), notNull)));
		}
		else {
			differences.add(Difference.mended("column %s is declared as the tenant, but may be null".formatted(name),
					List.of(notNull)));
		}
	}

	private void comparePolicies(TenantPolicy policy, List<Difference> differences) {
		List<String> problems = new ArrayList<>();
		List<String> statements = new ArrayList<>();
		for (String name : List.of(TenantPolicy.PERMISSIVE, TenantPolicy.RESTRICTIVE)) {
			Optional<ExistingPolicy> found = this.existing.policies()
				.stream()
				.filter((existing) -> existing.name().equals(name))
				.findFirst();
			if (found.filter(policy::fits).isEmpty()) {
				problems.add("its policy %s %s%s".formatted(name, found.isEmpty() ? "does not exist" : "differs",
						name.equals(TenantPolicy.RESTRICTIVE) ? opened() : ""));
				statements.add(TenantPolicy.drop(this.declared.table().quotedName(), name));
				statements.add(policy.createPolicy(name));
			}
		}
		if (!this.existing.rowSecurity()) {
			problems.add("it is not enabled");
			statements.add(policy.enable());
		}
		if (!this.existing.rowSecurityForced()) {
			problems.add("it does not count for the table's owner");
			statements.add(policy.force());
		}
		if (problems.isEmpty()) {
			return;
		}
		boolean beginning = !this.existing.rowSecurity()
				&& this.existing.policies().stream().noneMatch(TenantPolicy::isOurs);
		if (beginning && !this.existing.empty()) {
			statements.add(0, Difference.COMMENT + "from then on, versions that declare no tenant see no rows");
			differences.add(Difference.refused("tenants are declared, but row-level security does not keep them apart",
					statements));
		}
		else {
			differences.add(Difference.mended("tenants are declared, but row-level security does not keep them apart: "
					+ String.join(", ", problems), statements));
		}
	}

	/**
	 * Return what others let through while the policy that holds beside them is not
	 * there.
	 */
	private String opened() {
		List<String> others = this.existing.policies()
			.stream()
			.filter((policy) -> policy.permissive() && !TenantPolicy.isOurs(policy))
			.map((policy) -> "'%s'".formatted(policy.name()))
			.toList();
		return others.isEmpty() ? "" : " (permissive policies beside it can show rows of other tenants: %s)"
			.formatted(String.join(", ", others));
	}

	private void requireNoPolicy(List<Difference> differences) {
		List<ExistingPolicy> ours = this.existing.policies().stream().filter(TenantPolicy::isOurs).toList();
		if (!ours.isEmpty()) {
			List<String> others = this.existing.policies()
				.stream()
				.filter((policy) -> !TenantPolicy.isOurs(policy))
				.map((policy) -> "'%s'".formatted(policy.name()))
				.toList();
			List<String> statements = new ArrayList<>(
					TenantPolicy.drop(this.declared.table().quotedName(), this.existing));
			if (others.isEmpty()) {
				statements.add(0, Difference.COMMENT + "shows all rows to everybody");
				statements.add(this.declared.alter("NO FORCE ROW LEVEL SECURITY"));
				statements.add(this.declared.alter("DISABLE ROW LEVEL SECURITY"));
			}
			else {
				statements.add(0, Difference.COMMENT + "from then on, other policies alone decide who sees which rows: "
						+ String.join(", ", others));
			}
			differences.add(Difference.refused(
					"no tenant is declared, but row-level security (policy %s) hides the rows of every tenant"
						.formatted(ours.stream().map(ExistingPolicy::name).collect(Collectors.joining(", "))),
					statements));
		}
	}

}
