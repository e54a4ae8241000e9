package io.rdsboot.move.read;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database in two clusters, whose tables logical replication brings from the source to
 * the target.
 */
public final class ReplicatedDatabase implements AutoCloseable {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private final String name;

	private final PGSimpleDataSource source;

	private final PGSimpleDataSource target;

	private final JdbcTemplate inSource;

	private final JdbcTemplate inTarget;

	private ReplicatedDatabase(String name, LocalRdsCluster sourceCluster, LocalRdsCluster targetCluster) {
		this.name = name;
		this.source = dataSource(sourceCluster.writer(), name);
		this.target = dataSource(targetCluster.writer(), name);
		this.inSource = new JdbcTemplate(this.source);
		this.inTarget = new JdbcTemplate(this.target);
	}

	/**
	 * Start a server that can be either side.
	 */
	public static LocalRdsCluster startCluster() {
		return LocalRdsCluster.builder()
			.readers(0)
			.parameter("wal_level", "logical")
			.parameter("logical_decoding_work_mem", "64kB")
			.start();
	}

	/**
	 * Create a database with tables on both sides, and wait until its target follows.
	 * @param options of the subscription, such as {@code streaming = on}
	 */
	public static ReplicatedDatabase create(LocalRdsCluster source, LocalRdsCluster target, String tables,
			String options) {
		String name = "moving_" + COUNTER.incrementAndGet();
		for (LocalRdsCluster each : List.of(source, target)) {
			new JdbcTemplate(dataSource(each.writer(), "postgres")).execute("CREATE DATABASE " + name);
		}
		ReplicatedDatabase database = new ReplicatedDatabase(name, source, target);
		database.inSource.execute(tables);
		database.inTarget.execute(tables);
		database.inSource.execute("CREATE PUBLICATION moving FOR ALL TABLES");
		database.inTarget.execute("CREATE SUBSCRIPTION %s CONNECTION '%s' PUBLICATION moving WITH (%s)".formatted(name,
				database.conninfo(), options));
		Awaitility.await()
			.until(() -> database.inTarget.queryForObject(
					"SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'", Integer.class) == 0);
		return database;
	}

	private String conninfo() {
		return "host=%s port=%d dbname=%s user=%s password=%s".formatted(this.source.getServerNames()[0],
				this.source.getPortNumbers()[0], this.name, this.source.getUser(), this.source.getPassword());
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
	 * Return connections to the database that each server has.
	 */
	public static DataSource admin(LocalRdsCluster cluster) {
		return dataSource(cluster.writer(), "postgres");
	}

	/**
	 * Return the name of the database, and of its subscription and slot.
	 */
	public String name() {
		return this.name;
	}

	public DataSource source() {
		return this.source;
	}

	public DataSource target() {
		return this.target;
	}

	public JdbcTemplate inSource() {
		return this.inSource;
	}

	public JdbcTemplate inTarget() {
		return this.inTarget;
	}

	/**
	 * Let the target fall behind.
	 */
	public void pause() {
		this.inTarget.execute("ALTER SUBSCRIPTION %s DISABLE".formatted(this.name));
		Awaitility.await()
			.until(() -> this.inTarget
				.queryForObject("SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL AND subname = '%s'"
					.formatted(this.name), Integer.class) == 0);
	}

	/**
	 * Let the target catch up.
	 */
	public void resume() {
		this.inTarget.execute("ALTER SUBSCRIPTION %s ENABLE".formatted(this.name));
	}

	@Override
	public void close() {
		this.inTarget.execute("DROP SUBSCRIPTION " + this.name);
	}

}
