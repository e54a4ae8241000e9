package io.rdsboot.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.DatabaseInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that connections to an instance were lost in use: those of one outage together,
 * with their number and the first reason. Thread-safe.
 */
final class LossLog {

	private static final Logger logger = LoggerFactory.getLogger(InstancePool.class);

	/**
	 * How long further losses are waited for.
	 */
	private static final Duration GATHERING = Duration.ofSeconds(1);

	private final DatabaseInstance instance;

	private int lost;

	private @Nullable String reason;

	private boolean closed;

	LossLog(DatabaseInstance instance) {
		this.instance = instance;
	}

	/**
	 * Take note of one connection that was lost in use.
	 */
	synchronized void lost(SQLException failure) {
		this.lost++;
		if (this.lost == 1) {
			this.reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
			CompletableFuture.delayedExecutor(GATHERING.toMillis(), TimeUnit.MILLISECONDS).execute(this::report);
		}
	}

	private synchronized void report() {
		if (!this.closed) {
			logger.atWarn()
				.addKeyValue("rds.instance", this.instance.name())
				.addKeyValue("rds.connections_in_use", this.lost)
				.addKeyValue("rds.cause", this.reason)
				.log("{} {} to instance {} lost in use: {}", this.lost, (this.lost == 1) ? "connection" : "connections",
						this.instance, this.reason);
		}
		this.lost = 0;
	}

	/**
	 * Log nothing any more, because the pool itself closes its connections.
	 */
	synchronized void close() {
		this.closed = true;
	}

}
