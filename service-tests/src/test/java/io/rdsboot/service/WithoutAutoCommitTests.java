package io.rdsboot.service;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.test.LocalRds;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of a service whose pools turn auto-commit off, so that Hibernate does not have
 * to: each on the routed connections, and on those of HikariCP.
 */
@LocalRds(readers = 2)
@SpringBootTest(classes = PersistenceApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "rds.topology.poll-interval=100ms", "rds.pool.maximum-pool-size=4", "rds.pool.auto-commit=false",
				"spring.jpa.properties.hibernate.connection.provider_disables_autocommit=true",
				"spring.main.banner-mode=off" })
class WithoutAutoCommitTests {

	private final ApplicationContext service;

	private final ClusterView view;

	private final DataSource routed;

	private final JdbcTemplate jdbc;

	private ConsistencySession.Binding session;

	@Autowired
	WithoutAutoCommitTests(ApplicationContext service, ClusterView view, DataSource dataSource, JdbcTemplate jdbc) {
		this.service = service;
		this.view = view;
		this.routed = dataSource;
		this.jdbc = jdbc;
	}

	@BeforeAll
	static void createTable(@Autowired ClusterView view, @Autowired JdbcTemplate jdbc) {
		view.inTransaction(false, () -> {
			jdbc.execute("CREATE TABLE committed (id int PRIMARY KEY)");
			return true;
		});
	}

	@AfterAll
	static void dropTable(@Autowired ClusterView view, @Autowired JdbcTemplate jdbc) {
		view.inTransaction(false, () -> {
			jdbc.execute("DROP TABLE committed");
			return true;
		});
	}

	@BeforeEach
	void begin() {
		this.session = ConsistencySession.open().bind();
		this.view.inTransaction(false, () -> this.jdbc.update("DELETE FROM committed"));
	}

	@AfterEach
	void end() {
		this.session.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void transactionsOfJpaCommitAndRollBack(boolean routed) throws SQLException {
		try (PersistenceUnit unit = new PersistenceUnit(this.service, dataSource(routed), Map.of(), Committed.class)) {
			unit.inTransaction(false, (entityManager) -> persist(entityManager, 1));
			assertThatThrownBy(() -> unit.inTransaction(false, (entityManager) -> {
				persist(entityManager, 2);
				entityManager.flush();
				throw new IllegalStateException("rolls back");
			})).hasMessage("rolls back");
			unit.inTransaction(false, (entityManager) -> persist(entityManager, 3));
		}
		assertThat(stored()).containsExactly(1, 3);
	}

	private static boolean persist(EntityManager entityManager, int id) {
		entityManager.persist(new Committed(id));
		return true;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void transactionsOfJdbcAndJooqCommitAndRollBack(boolean routed) throws SQLException {
		DataSource dataSource = dataSource(routed);
		PlatformTransactionManager transactions = new JdbcTransactionManager(dataSource);
		JdbcTemplate template = new JdbcTemplate(dataSource);
		DSLContext jooq = DSL.using(new TransactionAwareDataSourceProxy(dataSource), SQLDialect.POSTGRES);
		ClusterView.inTransaction(transactions, false, () -> insert(template, 1) + insert(jooq, 2));
		assertThatThrownBy(() -> ClusterView.inTransaction(transactions, false, () -> {
			insert(template, 3);
			insert(jooq, 4);
			throw new IllegalStateException("rolls back");
		})).hasMessage("rolls back");
		assertThat(stored()).containsExactly(1, 2);
	}

	/**
	 * As with HikariCP, what nobody commits is rolled back.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void statementsOutsideATransactionAreNotCommitted(boolean routed) throws SQLException {
		DataSource dataSource = dataSource(routed);
		insert(new JdbcTemplate(dataSource), 1);
		insert(DSL.using(dataSource, SQLDialect.POSTGRES), 2);
		assertThat(stored()).isEmpty();
		try (Connection connection = dataSource.getConnection()) {
			assertThat(connection.getAutoCommit()).isFalse();
			connection.createStatement().execute("INSERT INTO committed VALUES (3)");
			connection.rollback();
			connection.createStatement().execute("INSERT INTO committed VALUES (4)");
			connection.commit();
			connection.createStatement().execute("INSERT INTO committed VALUES (5)");
		}
		assertThat(stored()).containsExactly(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jpa", "jdbc" })
	void readsGoToReadersAndWritesToTheWriter(String kind) {
		try (PersistenceUnit unit = new PersistenceUnit(this.service, Map.of(), Committed.class)) {
			PlatformTransactionManager transactions = new JdbcTransactionManager(this.routed);
			boolean jpa = kind.equals("jpa");
			int writing = jpa ? unit.inTransaction(false, PersistenceUnit::port)
					: ClusterView.inTransaction(transactions, false, this.view::port);
			assertThat(writing).isEqualTo(this.view.writerPort());
			this.view.awaitReadFromReader();
			int reading = jpa ? unit.inTransaction(true, PersistenceUnit::port)
					: ClusterView.inTransaction(transactions, true, this.view::port);
			assertThat(reading).isIn(this.view.readerPorts());
			assertThat(this.view.borrowed()).isZero();
		}
	}

	private DataSource dataSource(boolean routed) throws SQLException {
		return routed ? this.routed : this.routed.unwrap(HikariDataSource.class);
	}

	private static int insert(JdbcTemplate jdbc, int id) {
		return jdbc.update("INSERT INTO committed VALUES (?)", id);
	}

	private static int insert(DSLContext jooq, int id) {
		return jooq.query("INSERT INTO committed VALUES ({0})", DSL.val(id)).execute();
	}

	/**
	 * Returns what a transaction of its own finds.
	 */
	private List<Integer> stored() {
		return this.view.inTransaction(false,
				() -> this.jdbc.queryForList("SELECT id FROM committed ORDER BY id", Integer.class));
	}

	@Entity(name = "Committed")
	static class Committed {

		@Id
		private Integer id;

		protected Committed() {
		}

		Committed(int id) {
			this.id = id;
		}

	}

}
