package io.rdsboot.benchmarks.rotation;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * A HikariCP pool of 20 connections that live for a few seconds. HikariCP refuses to be
 * configured with a lifetime of less than 30 s, and takes it from its MBean while it
 * runs. There can be one at a time. Thread-safe.
 */
final class ShortLivedPool implements ConnectionSource {

	private static final int CONNECTIONS = 20;

	/** HikariCP's default. */
	private static final Duration CONNECTION_TIMEOUT = RotationScenario.atFullSpeed(Duration.ofSeconds(30));

	/** Every connection is replaced between two steps of a rotation. */
	private static final Duration MAX_LIFETIME = RotationScenario.atFullSpeed(Duration.ofSeconds(20));

	private static final Duration INTERVAL = Duration.ofMillis(10);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final ConnectionSource source;

	private final HikariConfigMXBean config = bean("PoolConfig", HikariConfigMXBean.class);

	private final HikariPoolMXBean pool = bean("Pool", HikariPoolMXBean.class);

	private final ScheduledExecutorService lifetimes = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "lifetimes");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Takes a pool under control.
	 * @param source a pool that was made with {@link #configure}, closed with this one
	 */
	ShortLivedPool(ConnectionSource source) {
		this.source = source;
	}

	/**
	 * Sets what is the same for all pools that are compared.
	 */
	static void configure(HikariConfig config) {
		config.setMaximumPoolSize(CONNECTIONS);
		config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
		config.setRegisterMbeans(true);
	}

	/**
	 * Shortens the lifetimes from now on. The connections that are there, which have
	 * HikariCP's lifetime of half an hour, are replaced.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // runs until the pool is closed
	void shortenLifetimes() throws InterruptedException {
		awaitConnections(CONNECTIONS);
		changeLifetime();
		this.lifetimes.scheduleAtFixedRate(this::changeLifetime, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		this.pool.softEvictConnections();
	}

	/**
	 * Varies the lifetime of new connections by a quarter, as HikariCP itself does from
	 * 10 s on; otherwise all would be replaced together.
	 */
	private void changeLifetime() {
		long most = MAX_LIFETIME.toMillis();
		this.config.setMaxLifetime(ThreadLocalRandom.current().nextLong(most - most / 4, most));
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.source.getConnection();
	}

	/**
	 * Waits until most of the connections are there: seldom are all.
	 */
	void awaitMost() throws InterruptedException {
		awaitConnections(CONNECTIONS * 3 / 4);
	}

	private void awaitConnections(int number) throws InterruptedException {
		long start = System.nanoTime();
		while (this.pool.getTotalConnections() < number) {
			if (System.nanoTime() - start > LIMIT.toNanos()) {
				throw new IllegalStateException("The pool has %d connections after %s, and should have %d"
					.formatted(this.pool.getTotalConnections(), LIMIT, number));
			}
			TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
		}
	}

	private static <T> T bean(String type, Class<T> view) {
		try {
			MBeanServer server = ManagementFactory.getPlatformMBeanServer();
			ObjectName name = server.queryNames(new ObjectName("com.zaxxer.hikari:type=" + type + " (*)"), null)
				.stream()
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("There is no pool that was registered as MBean"));
			return JMX.newMXBeanProxy(server, name, view);
		}
		catch (MalformedObjectNameException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.lifetimes.shutdownNow();
		this.source.close();
	}

}
