package io.rdsboot.service;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.hibernate.Session;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MultiTenancySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of Hibernate's multi-tenancy on the routed connections: no tenant sees another's
 * rows, and who is none sees nobody's.
 */
@PersistenceTest
class HibernateTenantsTests {

	private static final List<String> TENANTS = List.of("ta", "tb");

	private static final String SETTINGS = "SELECT current_user || ' ' || current_setting('search_path') || ' '"
			+ " || coalesce(current_setting('app.tenant', true), '')";

	/**
	 * As many as a pool has connections.
	 */
	private static final int ROUNDS = 4;

	private final ApplicationContext service;

	private final ClusterView view;

	private final JdbcTemplate jdbc;

	private ConsistencySession.Binding session;

	@Autowired
	HibernateTenantsTests(ApplicationContext service, ClusterView view, JdbcTemplate jdbc) {
		this.service = service;
		this.view = view;
		this.jdbc = jdbc;
	}

	@BeforeAll
	static void createTables(@Autowired LocalRdsCluster cluster, @Autowired ClusterView view,
			@Autowired JdbcTemplate jdbc) throws SQLException {
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			for (String tenant : TENANTS) {
				statement.execute("CREATE ROLE " + tenant);
				statement.execute("GRANT " + tenant + " TO \"" + cluster.username() + "\"");
			}
		}
		view.renewConnections();
		jdbc.execute("CREATE TABLE of_schema (tenant text)");
		for (String tenant : TENANTS) {
			jdbc.execute("CREATE SCHEMA " + tenant);
			jdbc.execute("CREATE TABLE " + tenant + ".of_schema (tenant text)");
		}
		createTable(jdbc, "of_setting", "nullif(current_setting('app.tenant', true), '')");
		createTable(jdbc, "of_role", "current_user");
	}

	private static void createTable(JdbcTemplate jdbc, String table, String tenant) {
		jdbc.execute("CREATE TABLE " + table + " (tenant text)");
		jdbc.execute("GRANT ALL ON " + table + " TO " + String.join(", ", TENANTS));
		jdbc.execute("CREATE POLICY own ON " + table + " USING (tenant = " + tenant + ")");
		jdbc.execute("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY");
		jdbc.execute("ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY");
	}

	@BeforeEach
	void begin() {
		this.session = ConsistencySession.open().bind();
	}

	@AfterEach
	void end() {
		this.session.close();
	}

	@ParameterizedTest
	@EnumSource
	void tenantsSeeTheirOwnRowsOnly(Tenancy tenancy) {
		String clean = this.jdbc.queryForObject(SETTINGS, String.class);
		TenantConnections connections = new TenantConnections(this.service.getBean(DataSource.class), tenancy);
		try (PersistenceUnit unit = new PersistenceUnit(this.service,
				Map.of(MultiTenancySettings.MULTI_TENANT_CONNECTION_PROVIDER, connections,
						MultiTenancySettings.MULTI_TENANT_IDENTIFIER_RESOLVER, connections, JdbcSettings.DIALECT,
						"org.hibernate.dialect.PostgreSQLDialect"),
				Tenant.class)) {
			for (String tenant : TENANTS) {
				connections.enter(tenant);
				int port = unit.inTransaction(false, (entityManager) -> {
					entityManager.createNativeQuery("INSERT INTO " + tenancy.table() + " VALUES (:tenant)")
						.setParameter("tenant", tenant)
						.executeUpdate();
					assertThat(tenants(entityManager, tenancy)).containsOnly(tenant);
					return PersistenceUnit.port(entityManager);
				});
				assertThat(port).isEqualTo(this.view.writerPort());
				assertNobody(tenancy, clean);
			}
			this.view.awaitReadFromReader();
			for (int i = 0; i < ROUNDS; i++) {
				String tenant = TENANTS.get(i % TENANTS.size());
				connections.enter(tenant);
				int port = unit.inTransaction(true, (entityManager) -> {
					assertThat(tenants(entityManager, tenancy)).isNotEmpty().containsOnly(tenant);
					return PersistenceUnit.port(entityManager);
				});
				assertThat(port).isIn(this.view.readerPorts());
				this.view.inTransaction(true, () -> assertNobody(tenancy, clean));
				List<String> lazily = unit.outsideATransaction((entityManager) -> tenants(entityManager, tenancy));
				assertThat(lazily).isNotEmpty().containsOnly(tenant);
				this.view.inTransaction(false, () -> assertNobody(tenancy, clean));
				assertThat(this.view.borrowed()).isZero();
				this.view.awaitReadFromReader();
			}
		}
	}

	private static List<String> tenants(EntityManager entityManager, Tenancy tenancy) {
		return entityManager.unwrap(Session.class)
			.createNativeQuery("SELECT tenant FROM " + tenancy.table(), String.class)
			.getResultList();
	}

	private boolean assertNobody(Tenancy tenancy, String clean) {
		assertThat(this.jdbc.queryForList("SELECT tenant FROM " + tenancy.table(), String.class)).isEmpty();
		assertThat(this.jdbc.queryForObject(SETTINGS, String.class)).isEqualTo(clean);
		return true;
	}

	@Entity(name = "Tenant")
	static class Tenant {

		@Id
		private String id;

	}

}
