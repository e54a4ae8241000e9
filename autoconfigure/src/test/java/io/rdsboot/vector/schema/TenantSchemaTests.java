package io.rdsboot.vector.schema;

import java.util.List;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.IdType;
import io.rdsboot.vector.KeyType;
import io.rdsboot.vector.VectorTable;
import io.rdsboot.vector.VectorTestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
@LocalRds
class TenantSchemaTests {

	private static HikariDataSource administrator;

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	private final VectorSchema schema = new VectorSchema(jdbc);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		administrator = VectorTestDatabase.createWithExtension(cluster);
		dataSource = VectorTestDatabase.asOrdinaryRole(cluster, administrator);
		jdbc = new JdbcTemplate(dataSource);
	}

	@AfterAll
	static void closePools() {
		dataSource.close();
		administrator.close();
	}

	@BeforeEach
	void dropTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
	}

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
