package io.rdsboot.move.verify;

import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Two servers, a database on each, and a subscription of the second to the first.
 */
final class ReplicatedDatabases implements AutoCloseable {

	static final String SLOT = "moving";

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private final LocalRdsCluster sourceCluster = server();

	private final LocalRdsCluster targetCluster = server();

	private DataSource source;

	private DataSource target;

	JdbcTemplate inSource;

	JdbcTemplate inTarget;

	private static LocalRdsCluster server() {
		return LocalRdsCluster.builder()
			.readers(0)
			.parameter("wal_level", "logical")
			.parameter("wal_retrieve_retry_interval", "100ms")
			.start();
	}

	/**
	 * Create new databases with the same tables.
	 */
	void create(String ddl) {
		String name = "verify_" + COUNTER.incrementAndGet();
		this.source = create(this.sourceCluster, name);
		this.target = create(this.targetCluster, name);
		this.inSource = new JdbcTemplate(this.source);
		this.inTarget = new JdbcTemplate(this.target);
		this.inSource.execute(ddl);
		this.inTarget.execute(ddl);
	}

	private static DataSource create(LocalRdsCluster cluster, String name) {
		new JdbcTemplate(dataSource(cluster.writer(), "postgres")).execute("CREATE DATABASE " + name);
		return dataSource(cluster.writer(), name);
	}

	private static PGSimpleDataSource dataSource(LocalRdsInstance instance, String database) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setServerNames(new String[] { instance.host() });
		dataSource.setPortNumbers(new int[] { instance.port() });
		dataSource.setDatabaseName(database);
		dataSource.setUser(instance.adminUsername());
		dataSource.setPassword(instance.adminPassword());
		return dataSource;
	}

	/**
	 * Put another database in the target's place.
	 */
	void createTargetWith(String options) {
		String name = "verify_" + COUNTER.incrementAndGet();
		new JdbcTemplate(dataSource(this.targetCluster.writer(), "postgres"))
			.execute("CREATE DATABASE %s %s".formatted(name, options));
		this.target = dataSource(this.targetCluster.writer(), name);
		this.inTarget = new JdbcTemplate(this.target);
	}

	/**
	 * Return the target as a role sees it whose password is its name.
	 */
	DataSource targetAs(String role) {
		PGSimpleDataSource dataSource = dataSource(this.targetCluster.writer(),
				((PGSimpleDataSource) this.target).getDatabaseName());
		dataSource.setUser(role);
		dataSource.setPassword(role);
		return dataSource;
	}

	/**
	 * Let the target follow, and wait for the initial copy.
	 */
	void replicate() {
		PGSimpleDataSource server = (PGSimpleDataSource) this.source;
		this.inSource.execute("CREATE PUBLICATION moving FOR ALL TABLES WITH (publish_via_partition_root = true)");
		this.inTarget.execute(
				"CREATE SUBSCRIPTION moving CONNECTION 'host=%s port=%d dbname=%s user=%s password=%s' PUBLICATION moving"
					.formatted(server.getServerNames()[0], server.getPortNumbers()[0], server.getDatabaseName(),
							server.getUser(), server.getPassword()));
		Awaitility.await()
			.until(() -> this.inTarget
				.queryForObject("SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'", Integer.class),
					(left) -> left == 0);
	}

	void stopReplication() {
		this.inTarget.execute("DROP SUBSCRIPTION IF EXISTS moving");
	}

	/**
	 * Wait until the target has all that is committed.
	 */
	void awaitTarget() {
		String position = this.inSource.queryForObject("SELECT pg_logical_emit_message(true, 'test', '')::text",
				String.class);
		Awaitility.await()
			.until(() -> this.inSource.queryForObject(
					"SELECT confirmed_flush_lsn >= ?::pg_lsn FROM pg_replication_slots WHERE slot_name = 'moving'",
					Boolean.class, position));
	}

	DataSource source() {
		return this.source;
	}

	DataSource target() {
		return this.target;
	}

	MoveVerification.Builder verification() {
		return MoveVerification.builder(this.source, this.target).slot(SLOT);
	}

	@Override
	public void close() {
		this.targetCluster.close();
		this.sourceCluster.close();
	}

}
