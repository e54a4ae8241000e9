package io.rdsboot.benchmarks.connections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.LocalDatabase;
import io.rdsboot.cluster.InstanceRole;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * JMH benchmark of a connection that is got and closed without a statement, as by a
 * transaction that is answered from a cache.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConnectionBenchmark {

	private final LocalDatabase database = LocalDatabase.start();

	private final HikariDataSource bareHikari = this.database.bare(InstanceRole.WRITER);

	private final DataSource springLazyProxy = new LazyConnectionDataSourceProxy(this.bareHikari);

	private final DataSource routing = this.database.routing();

	/**
	 * Keeps the connection reachable, as Spring's transactions do by binding it to the
	 * thread: a connection that does not escape would not be allocated at all.
	 */
	private @Nullable Connection bound;

	@Benchmark
	public void bareHikari() throws SQLException {
		getAndClose(this.bareHikari);
	}

	@Benchmark
	public void springLazyProxy() throws SQLException {
		getAndClose(this.springLazyProxy);
	}

	@Benchmark
	public void routing() throws SQLException {
		getAndClose(this.routing);
	}

	private void getAndClose(DataSource dataSource) throws SQLException {
		this.bound = dataSource.getConnection();
		this.bound.close();
		this.bound = null;
	}

	@TearDown(Level.Trial)
	public void stop() {
		this.bareHikari.close();
		this.database.close();
	}

}
