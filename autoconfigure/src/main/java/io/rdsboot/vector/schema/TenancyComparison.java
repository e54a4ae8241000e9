package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.MetadataColumn;
import io.rdsboot.vector.VectorTable;

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
			comparePolicy(policy, differences);
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

	private void comparePolicy(TenantPolicy policy, List<Difference> differences) {
		ExistingPolicy found = this.existing.policy();
		List<String> problems = new ArrayList<>();
		List<String> statements = new ArrayList<>();
		if (found == null || !policy.fits(found)) {
			problems
				.add("its policy %s %s".formatted(TenantPolicy.NAME, (found == null) ? "does not exist" : "differs"));
			statements.add(TenantPolicy.drop(this.declared.table().quotedName()));
			statements.add(policy.createPolicy());
		}
		if (!this.existing.rowSecurity()) {
			problems.add("it is not enabled");
			statements.add(policy.enable());
		}
		if (!this.existing.rowSecurityForced()) {
			problems.add("it does not count for the table's owner");
			statements.add(policy.force());
		}
		if (!problems.isEmpty()) {
			differences.add(Difference.mended("tenants are declared, but row-level security does not keep them apart: "
					+ String.join(", ", problems), statements));
		}
	}

	private void requireNoPolicy(List<Difference> differences) {
		if (this.existing.policy() != null) {
			differences.add(Difference.refused(
					"no tenant is declared, but row-level security (policy %s) hides the rows of every tenant"
						.formatted(TenantPolicy.NAME),
					List.of(Difference.COMMENT + "shows all rows to everybody",
							TenantPolicy.drop(this.declared.table().quotedName()),
							this.declared.alter("NO FORCE ROW LEVEL SECURITY"),
							this.declared.alter("DISABLE ROW LEVEL SECURITY"))));
		}
	}

}
