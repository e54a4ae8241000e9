package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import com.zaxxer.hikari.SQLExceptionOverride;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of which failed statements part a connection from its pool, and which are passed
 * on.
 */
@LocalRds(readers = 1)
class InstanceExceptionOverrideTests {

	private final LocalRdsCluster cluster;

	private final LocalRdsInstance reader;

	private FollowedPools followed;

	InstanceExceptionOverrideTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.reader = cluster.readers().get(0);
	}

	@AfterEach
	void closePools() {
		this.followed.close();
	}

	@Test
	void refusedWriteOnSupposedWriterEvictsTheConnectionAndIsPassedOn() throws SQLException {
		follow(this.reader, InstanceRole.WRITER);
		assertThat(isEvictedBy("CREATE TABLE refused (id int)", "25006")).isTrue();
		assertThat(this.followed.heard).contains("statement failed 25006");
	}

	@Test
	void refusedWriteOnReaderIsTheApplicationsMistake() throws SQLException {
		follow(this.reader, InstanceRole.READER);
		assertThat(isEvictedBy("CREATE TABLE refused (id int)", "25006")).isFalse();
		assertThat(this.followed.heard).noneMatch((each) -> each.startsWith("statement failed"));
	}

	@Test
	void refusedWriteCountsByTheRoleOfTheMoment() throws SQLException {
		follow(this.reader, InstanceRole.READER);
		this.followed.topology.publish(FollowedPools.state(this.reader, InstanceRole.WRITER, true));
		assertThat(isEvictedBy("CREATE TABLE refused (id int)", "25006")).isTrue();
	}

	@Test
	void refusedWriteInReadOnlyTransactionIsTheApplicationsMistake() throws SQLException {
		follow(this.cluster.writer(), InstanceRole.WRITER);
		for (boolean autoCommit : new boolean[] { true, false }) {
			try (Connection connection = borrow()) {
				connection.setReadOnly(true);
				connection.setAutoCommit(autoCommit);
				SQLException failure = catchThrowableOfType(SQLException.class,
						() -> connection.createStatement().execute("CREATE TABLE refused (id int)"));
				assertThat(failure.getSQLState()).isEqualTo("25006");
				assertThat(connection.isClosed()).isFalse();
			}
		}
		assertThat(this.followed.heard).noneMatch((each) -> each.startsWith("statement failed"));
	}

	@Test
	void unsupportedFeatureEvictsNothing() throws SQLException {
		follow(this.cluster.writer(), InstanceRole.WRITER);
		assertThat(isEvictedBy("DO $$ BEGIN RAISE SQLSTATE '0A000'; END $$", "0A000")).isFalse();
		assertThat(this.followed.heard).noneMatch((each) -> each.startsWith("statement failed"));
	}

	@Test
	void ordinaryFailureEvictsNothing() throws SQLException {
		follow(this.cluster.writer(), InstanceRole.WRITER);
		assertThat(isEvictedBy("SELECT 1/0", "22012")).isFalse();
		assertThat(this.followed.heard).noneMatch((each) -> each.startsWith("statement failed"));
	}

	@Test
	void lostConnectionIsPassedOn() throws SQLException {
		follow(this.cluster.writer(), InstanceRole.WRITER);
		try (Connection connection = borrow();
				Connection administrator = this.cluster.adminConnection(this.cluster.writer())) {
			administrator.createStatement()
				.execute("SELECT pg_terminate_backend(" + FollowedPools.backend(connection) + ", 10000)");
			SQLException failure = catchThrowableOfType(SQLException.class, () -> FollowedPools.backend(connection));
			assertThat(this.followed.heard).contains("statement failed " + failure.getSQLState());
			assertThat(failure.getSQLState()).isIn("57P01", "08006");
			assertThat(connection.isClosed()).isTrue();
		}
	}

	@Test
	void usersOverrideDecidesFirst() throws SQLException {
		this.followed = new FollowedPools(this.cluster,
				(config, instance, role) -> config.setExceptionOverride(new Stubborn()), Duration.ofSeconds(1),
				FollowedPools.state(this.reader, InstanceRole.WRITER, true));
		assertThat(isEvictedBy("CREATE TABLE refused (id int)", "25006")).isFalse();
		assertThat(this.followed.heard).contains("statement failed 25006");
		assertThat(isEvictedBy("SELECT 1/0", "22012")).isTrue();
	}

	private void follow(LocalRdsInstance instance, InstanceRole role) {
		this.followed = new FollowedPools(this.cluster, (config, each, roleOfPool) -> {
		}, Duration.ofSeconds(1), FollowedPools.state(instance, role, true));
	}

	private Connection borrow() throws SQLException {
		return this.followed.pools
			.pool(this.followed.topology.topology().instances().get(0).instance(), InstanceRole.UNKNOWN)
			.getConnection();
	}

	private boolean isEvictedBy(String statement, String state) throws SQLException {
		try (Connection connection = borrow()) {
			SQLException failure = catchThrowableOfType(SQLException.class,
					() -> connection.createStatement().execute(statement));
			assertThat((Throwable) failure).isNotNull();
			assertThat(failure.getSQLState()).isEqualTo(state);
			return connection.isClosed();
		}
	}

	/**
	 * Keeps connections that refuse a write, and parts with those that divide by zero.
	 */
	private static final class Stubborn implements SQLExceptionOverride {

		@java.lang.Override
		public Override adjudicate(SQLException exception) {
			return switch (String.valueOf(exception.getSQLState())) {
				case "25006" -> Override.DO_NOT_EVICT;
				case "22012" -> Override.MUST_EVICT;
				default -> Override.CONTINUE_EVICT;
			};
		}

	}

}
