package io.rdsboot.vector.schema;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.rdsboot.vector.AbstractOwnedTableTests;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the row-level security that {@link VectorSchema} makes, as the role that owns
 * the table and is no superuser.
 */
class TenantSchemaTests extends AbstractOwnedTableTests {

	@ParameterizedTest
	@CsvSource({ "TEXT, o'neil, acme", "INTEGER, -7, 8", "BIGINT, 9, 10", "NUMERIC, 1.50, 2", "BOOLEAN, true, false",
			"UUID, 00000000-0000-0000-0000-000000000001, 00000000-0000-0000-0000-000000000002",
			"TIMESTAMPTZ, 2026-01-01 00:00:00+00, 2026-01-01 00:00:00+01" })
	void sessionSeesAndWritesTheRowsOfItsTenantOnly(KeyType type, String tenant, String other) {
		VectorTable table = table().key("Who is it", type).tenant("Who is it").build();
		this.schema.migrate(table);
		this.schema.validate(table);
		insertAs(tenant, 1, tenant);
		insertAs(other, 2, other);
		assertThat(idsSeenBy(tenant)).containsExactly(1L);
		assertThat(idsSeenBy(other)).containsExactly(2L);
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> insertAs(tenant, 3, other))
			.havingRootCause()
			.withMessageContaining("violates row-level security policy");
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> inTransaction(tenant,
					() -> jdbc.update("UPDATE documents SET \"Who is it\" = ?::text::" + type.sqlType(), other)))
			.havingRootCause()
			.withMessageContaining("violates row-level security policy");
		assertThat(inTransaction(tenant, () -> jdbc.update("DELETE FROM documents"))).isOne();
		this.schema.migrate(table);
		assertThat(idsSeenBy(other)).containsExactly(2L);
	}

	@Test
	void tenantsWhenDeclaredForATableWithRowsAreKeptApartByStatementsOnceEachRowHasOne() {
		VectorTable before = table().key("who", KeyType.TEXT).build();
		VectorTable after = table().key("who", KeyType.TEXT).tenant("who").build();
		this.schema.migrate(before);
		jdbc.execute("INSERT INTO documents (id, embedding) VALUES (1, '[1,2,3]'), (2, '[1,2,3]')");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(after))
			.withMessageStartingWith("Vector table documents does not fit its declaration:\n"
					+ "    - column who is declared as the tenant, but rows have none")
			.satisfies((ex) -> assertThat(ex.getAction()).startsWith("Change the declaration to what the table has, "
					+ "declare another table, or run as the table's owner:\n"
					+ "    UPDATE \"documents\" SET \"who\" = '<tenant of these rows>' WHERE \"who\" IS NULL;\n"
					+ "    ALTER TABLE \"documents\" ALTER COLUMN \"who\" SET NOT NULL;"));
		assertThat(jdbc.queryForList("SELECT id FROM documents")).hasSize(2);
		jdbc.execute("UPDATE documents SET who = 'a' WHERE who IS NULL");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(after))
			.withMessageEndingWith("tenants are declared, but row-level security does not keep them apart")
			.satisfies((ex) -> {
				assertThat(ex.getAction()).contains("-- from then on, versions that declare no tenant see no rows");
				ex.getAction().lines().skip(1).forEach(jdbc::execute);
			});
		this.schema.migrate(after);
		this.schema.validate(after);
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
		assertThat(idsSeenBy("a")).hasSize(2);
	}

	@Test
	void tenantsWhenNotDeclaredAnyMoreAreNotMixedWithoutBeingAskedFor() {
		this.schema.migrate(table().key("who", KeyType.TEXT).tenant("who").build());
		VectorTable without = table().key("who", KeyType.TEXT).build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(without))
			.withMessage("Vector table documents does not fit its declaration:\n"
					+ "    - no tenant is declared, but row-level security (policy rdsboot_tenant, rdsboot_tenant_only) hides the rows of every tenant")
			.satisfies((ex) -> {
				assertThat(ex.getAction()).contains("    -- shows all rows to everybody\n    DROP POLICY");
				ex.getAction().lines().skip(1).forEach(jdbc::execute);
			});
		this.schema.migrate(without);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"ALTER POLICY rdsboot_tenant ON documents USING (true) | its policy rdsboot_tenant differs",
			"ALTER POLICY rdsboot_tenant ON documents WITH CHECK (true) | its policy rdsboot_tenant differs",
			"ALTER POLICY rdsboot_tenant ON documents TO pg_monitor | its policy rdsboot_tenant differs",
			"DROP POLICY rdsboot_tenant ON documents | its policy rdsboot_tenant does not exist",
			"DROP POLICY rdsboot_tenant_only ON documents | its policy rdsboot_tenant_only does not exist",
			"ALTER POLICY rdsboot_tenant_only ON documents TO pg_monitor | its policy rdsboot_tenant_only differs",
			"ALTER TABLE documents DISABLE ROW LEVEL SECURITY | it is not enabled",
			"ALTER TABLE documents NO FORCE ROW LEVEL SECURITY | it does not count for the table's owner" })
	void securityThatWasWeakenedIsReportedAndRepaired(String change, String problem) {
		VectorTable table = table().key("who", KeyType.TEXT).tenant("who").build();
		this.schema.migrate(table);
		jdbc.execute(change);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table))
			.withMessage("Vector table documents does not fit its declaration:\n"
					+ "    - tenants are declared, but row-level security does not keep them apart: " + problem);
		this.schema.migrate(table);
		this.schema.validate(table);
	}

	@Test
	void tableWhoseRowsAreHiddenIsNotTakenForEmpty() {
		this.schema.migrate(table().key("who", KeyType.TEXT).tenant("who").build());
		insertAs("a", 1, "a");
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> this.schema.migrate(table().dimensions(5).key("who", KeyType.TEXT).tenant("who").build()))
			.withMessageContaining("column embedding is declared as vector(5), but is vector(3)");
		assertThat(idsSeenBy("a")).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE POLICY wide ON documents USING (true)",
			"CREATE POLICY wide ON documents FOR SELECT USING (who <> 'nobody')",
			"CREATE POLICY wide ON documents TO CURRENT_USER USING (true) WITH CHECK (true)" })
	void permissivePolicyOfOthersShowsNoRowsOfOtherTenants(String policy) {
		VectorTable table = table().key("who", KeyType.TEXT).tenant("who").build();
		this.schema.migrate(table);
		insertAs("a", 1, "a");
		insertAs("b", 2, "b");
		jdbc.execute(policy);
		assertThat(idsSeenBy("a")).containsExactly(1L);
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
		this.schema.validate(table);
		jdbc.execute("DROP POLICY rdsboot_tenant_only ON documents");
		assertThat(idsSeenBy("a")).hasSize(2);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(table))
			.withMessageEndingWith("its policy rdsboot_tenant_only does not exist "
					+ "(permissive policies beside it can show rows of other tenants: 'wide')");
		this.schema.migrate(table);
		assertThat(idsSeenBy("a")).containsExactly(1L);
	}

	@Test
	void roleThatPoliciesDoNotBindIsRefused() {
		VectorTable table = table().key("who", KeyType.TEXT).tenant("who").build();
		new TenantRole(jdbc).requireBound(table);
		JdbcTemplate asAdministrator = new JdbcTemplate(administrator);
		String superuser = asAdministrator.queryForObject("SELECT current_user", String.class);
		assertThatExceptionOfType(VectorSchemaException.class)
			.isThrownBy(() -> new TenantRole(asAdministrator).requireBound(table))
			.withMessage(
					"Tenants of vector table documents are not kept apart by the server: role '%s' is a superuser, "
							+ "so row-level security does not bind it.",
					superuser)
			.satisfies(
					(ex) -> assertThat(ex.getAction()).isEqualTo("Do not connect as a superuser: let the application "
							+ "log in as a role without these rights, which may use the table:\n"
							+ "    GRANT SELECT, INSERT, UPDATE, DELETE ON \"documents\" TO <role>;"));
		String role = jdbc.queryForObject("SELECT current_user", String.class);
		asAdministrator.execute("ALTER ROLE %s BYPASSRLS".formatted(role));
		try {
			assertThatExceptionOfType(VectorSchemaException.class)
				.isThrownBy(() -> new TenantRole(jdbc).requireBound(table))
				.withMessageContaining("role '%s' has BYPASSRLS", role)
				.satisfies((ex) -> asAdministrator
					.execute(ex.getAction().replaceFirst("(?s)Run as an administrator: (.*?);.*", "$1")));
			new TenantRole(jdbc).requireBound(table);
		}
		finally {
			asAdministrator.execute("ALTER ROLE %s NOBYPASSRLS".formatted(role));
		}
	}

	@Test
	void keyThatRowsOfATenantHaveInTheirMetadataIsNotHiddenByAColumn() {
		VectorTable before = table().key("who", KeyType.TEXT).tenant("who").build();
		VectorTable after = table().key("who", KeyType.TEXT).tenant("who").key("year", KeyType.INTEGER).build();
		this.schema.migrate(before);
		repository(before, "a").upsert(record(1, Map.of("year", 7)));
		repository(before, "b").upsert(record(2, Map.of("year", 8)));
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.validate(after))
			.withMessageEndingWith("column year is declared as integer, but does not exist, and rows that row-level "
					+ "security hides can have the key 'year' in column metadata, where it would not be found any more");
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(after))
			.withMessageEndingWith("column year is declared as integer, but does not exist, and rows have the key "
					+ "'year' in column metadata, where it would not be found any more")
			.satisfies((ex) -> runAsOwner(ex.getAction()));
		this.schema.migrate(after);
		this.schema.validate(after);
		assertThat(repository(after, "a").findById(1L)).contains(record(1, Map.of("who", "a", "year", 7)));
		assertThat(repository(after, "a").count(MetadataFilter.eq("year", 7))).isOne();
		assertThat(repository(after, "b").count(MetadataFilter.eq("year", 8))).isOne();
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
		VectorTable further = table().key("who", KeyType.TEXT)
			.tenant("who")
			.key("year", KeyType.INTEGER)
			.key("month", KeyType.INTEGER)
			.build();
		this.schema.migrate(further);
		this.schema.validate(further);
		assertThat(jdbc.queryForList("SELECT id FROM documents")).isEmpty();
	}

	@Test
	void policiesOfOthersHoldOnWhenTenantsAreRemoved() {
		this.schema.migrate(table().key("who", KeyType.TEXT).tenant("who").build());
		insertAs("a", 1, "a");
		insertAs("b", 2, "b");
		jdbc.execute("CREATE POLICY wide ON documents USING (who <> 'b')");
		VectorTable without = table().key("who", KeyType.TEXT).build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(without))
			.satisfies((ex) -> {
				assertThat(ex.getAction())
					.contains("-- from then on, other policies alone decide who sees which rows: 'wide'");
				runAsOwner(ex.getAction());
			});
		this.schema.migrate(without);
		assertThat(jdbc.queryForList("SELECT id FROM documents", Long.class)).containsExactly(1L);
	}

	@Test
	void tenantsWhoseTypeIsChangedAreKeptApartBesidePoliciesOfOthers() {
		this.schema.migrate(table().key("who", KeyType.INTEGER).tenant("who").build());
		insertAs("1", 1, "1");
		insertAs("2", 2, "2");
		jdbc.execute("CREATE POLICY wide ON documents USING (true)");
		VectorTable after = table().key("who", KeyType.TEXT).tenant("who").build();
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(after))
			.satisfies((ex) -> runAsOwner(ex.getAction()));
		assertThat(idsSeenBy("1")).containsExactly(1L);
		this.schema.validate(after);
	}

	/**
	 * A view shows the rows that its owner sees, whoever asks.
	 */
	@ParameterizedTest
	@CsvSource({ "VIEW, view", "MATERIALIZED VIEW, materialized view" })
	void viewOfAStrongerRoleIsRefused(String kind, String named) {
		this.schema.migrate(table().key("who", KeyType.TEXT).tenant("who").build());
		new JdbcTemplate(administrator)
			.execute("DROP %1$s IF EXISTS all_documents; CREATE %1$s all_documents AS SELECT * FROM documents"
				.formatted(kind));
		VectorTable view = VectorTable.builder("all_documents")
			.idType(IdType.BIGINT)
			.dimensions(3)
			.key("who", KeyType.TEXT)
			.tenant("who")
			.build();
		for (ThrowingCallable check : List.<ThrowingCallable>of(() -> this.schema.migrate(view),
				() -> this.schema.validate(view))) {
			assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(check)
				.withMessage("all_documents is declared as a vector table, but is a %s.", named);
		}
	}

	private static void runAsOwner(String action) {
		action.lines().skip(1).forEach(jdbc::execute);
	}

	private static VectorRepository<Long> repository(VectorTable table, String tenant) {
		return JdbcVectorRepository.builder(dataSource, table, Long.class).tenantResolver(() -> tenant).build();
	}

	private static VectorRecord<Long> record(long id, Map<String, Object> metadata) {
		return new VectorRecord<>(id, new float[] { 1, 2, 3 }, null, metadata);
	}

	private static void insertAs(String tenant, long id, String owner) {
		inTransaction(tenant,
				() -> jdbc.update(
						"INSERT INTO documents SELECT ?, '[1,2,3]', NULL, '{}', r.* FROM "
								+ "(SELECT CAST(? AS text)::%s) r".formatted(jdbc.queryForObject(
										"SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
												+ "WHERE attrelid = 'documents'::regclass AND attnum = 5",
										String.class)),
						id, owner));
	}

	private static List<Long> idsSeenBy(String tenant) {
		return inTransaction(tenant, () -> jdbc.queryForList("SELECT id FROM documents ORDER BY id", Long.class));
	}

	private static <T> T inTransaction(String tenant, Supplier<T> action) {
		return new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
			jdbc.query("SELECT set_config('rdsboot.tenant', ?, true)", (row) -> {
			}, tenant);
			return action.get();
		});
	}

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").idType(IdType.BIGINT).dimensions(3);
	}

}
