package io.rdsboot.service;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.routing.consistency.ConsistencySession;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.resource.jdbc.spi.PhysicalConnectionHandlingMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of all the ways in which Hibernate takes a connection and gives it back
 * ({@code hibernate.connection.handling_mode}).
 */
@PersistenceTest
class HibernateConnectionHandlingTests {

	private final ApplicationContext service;

	private final ClusterView view;

	private final JdbcTemplate jdbc;

	private final DataSource dataSource;

	private ConsistencySession.Binding session;

	@Autowired
	HibernateConnectionHandlingTests(ApplicationContext service, ClusterView view, JdbcTemplate jdbc,
			DataSource dataSource) {
		this.service = service;
		this.view = view;
		this.jdbc = jdbc;
		this.dataSource = dataSource;
	}

	@BeforeAll
	static void createTable(@Autowired JdbcTemplate jdbc) {
		jdbc.execute("CREATE TABLE handled (id int PRIMARY KEY)");
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
	@EnumSource(names = ".*_(HOLD|AFTER_TRANSACTION)", mode = EnumSource.Mode.MATCH_ANY)
	void readsGoToAReaderAndWritesToTheWriter(PhysicalConnectionHandlingMode mode) {
		try (PersistenceUnit unit = unit(this.dataSource, mode)) {
			int id = mode.ordinal();
			int writing = unit.inTransaction(false, (entityManager) -> write(entityManager, id));
			assertThat(writing).isEqualTo(this.view.writerPort());
			assertRollback(unit, id);
			this.view.awaitReadFromReader();
			assertReads(unit, id);
			assertReadOnly(unit, (entityManager) -> write(entityManager, id + 200));
			assertReadOnly(unit, (entityManager) -> entityManager.createQuery("delete from Handled").executeUpdate());
			assertReads(unit, id);
			assertThat(this.view.borrowed()).isZero();
			assertThat(stored(id, id + 100, id + 200)).containsExactly(id);
		}
	}

	/**
	 * Hibernate gives a connection back here before the transaction is committed, which
	 * needs a JTA transaction manager. Without one, the pool rolls back.
	 */
	@ParameterizedTest
	@EnumSource(names = ".*_(AFTER_STATEMENT|BEFORE_TRANSACTION_COMPLETION)", mode = EnumSource.Mode.MATCH_ANY)
	void modesOfJtaLoseWithoutItWhatTheyLoseOnHikariCp(PhysicalConnectionHandlingMode mode) throws SQLException {
		int id = mode.ordinal();
		try (PersistenceUnit unit = unit(this.dataSource.unwrap(HikariDataSource.class), mode)) {
			unit.inTransaction(false, (entityManager) -> write(entityManager, id + 300));
		}
		try (PersistenceUnit unit = unit(this.dataSource, mode)) {
			int writing = unit.inTransaction(false, (entityManager) -> write(entityManager, id));
			assertThat(writing).isEqualTo(this.view.writerPort());
			assertThat(stored(id + 300)).isEmpty();
			assertThat(stored(id)).isEmpty();
			this.view.awaitReadFromReader();
			int reading = unit.inTransaction(true, PersistenceUnit::port);
			assertThat(reading).isIn(this.view.readerPorts());
			assertReadOnly(unit, (entityManager) -> write(entityManager, id + 200));
			assertThat(this.view.borrowed()).isZero();
		}
	}

	private PersistenceUnit unit(DataSource dataSource, PhysicalConnectionHandlingMode mode) {
		return new PersistenceUnit(this.service, dataSource, Map.of(JdbcSettings.CONNECTION_HANDLING, mode),
				Handled.class);
	}

	/**
	 * Returns the port of the server that took it.
	 */
	private static int write(EntityManager entityManager, int id) {
		entityManager.persist(new Handled(id));
		entityManager.flush();
		return PersistenceUnit.port(entityManager);
	}

	private List<Integer> stored(Integer... ids) {
		return this.jdbc.queryForList("SELECT id FROM handled WHERE id IN (%s)"
			.formatted(String.join(",", Collections.nCopies(ids.length, "?"))), Integer.class, (Object[]) ids);
	}

	private static void assertRollback(PersistenceUnit unit, int id) {
		assertThatThrownBy(() -> unit.inTransaction(false, (entityManager) -> {
			write(entityManager, id + 100);
			throw new IllegalStateException("rolls back");
		})).hasMessage("rolls back");
	}

	/**
	 * Reads in a read-only transaction, with Spring's JDBC beside, and outside one.
	 */
	private void assertReads(PersistenceUnit unit, int id) {
		int port = unit.inTransaction(true, (entityManager) -> {
			assertThat(entityManager.find(Handled.class, id)).isNotNull();
			int answering = PersistenceUnit.port(entityManager);
			assertThat(this.view.port()).isEqualTo(answering);
			return answering;
		});
		assertThat(port).isIn(this.view.readerPorts());
		int outside = unit.outsideATransaction(PersistenceUnit::port);
		assertThat(outside).isIn(this.view.readerPorts());
	}

	private static void assertReadOnly(PersistenceUnit unit, Function<EntityManager, ?> work) {
		assertThatThrownBy(() -> unit.inTransaction(true, work)).rootCause()
			.isInstanceOfSatisfying(SQLException.class, (ex) -> assertThat(ex.getSQLState()).isEqualTo("25006"));
	}

	@Entity(name = "Handled")
	static class Handled {

		@Id
		private Integer id;

		protected Handled() {
		}

		Handled(int id) {
			this.id = id;
		}

	}

}
