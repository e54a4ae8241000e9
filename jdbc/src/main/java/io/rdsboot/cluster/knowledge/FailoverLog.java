package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the operator who the writer is, by what the servers have said themselves: each
 * change once, and at the end of a failover how long there was no writer. Not
 * thread-safe.
 */
final class FailoverLog {

	private static final Logger logger = LoggerFactory.getLogger(ClusterKnowledge.class);

	private static final String FORMER_WRITER = "rds.former_writer";

	private final @Nullable WatchedInstance configured;

	/**
	 * The last writer that has said so itself.
	 */
	private @Nullable WatchedInstance known;

	private @Nullable Long lostAt;

	private boolean absenceTold;

	/**
	 * Create a log.
	 * @param configured the instance that is configured as the writer, or {@code null} if
	 * none is
	 */
	FailoverLog(@Nullable WatchedInstance configured) {
		this.configured = configured;
	}

	/**
	 * Log what is new.
	 * @param writer the writer, or {@code null} if nobody is
	 * @param instances the cluster's instances
	 * @param now the time by the monitor's clock
	 */
	void update(@Nullable WatchedInstance writer, Collection<WatchedInstance> instances, long now) {
		if (writer == null) {
			lost(now);
			absent(instances);
		}
		else if (writer.claimsWriter()) {
			present(writer, now);
		}
	}

	private void present(WatchedInstance writer, long now) {
		if (!writer.isReachable()) {
			lost(now);
			return;
		}
		if (this.known == null) {
			if (writer != this.configured) {
				about(writer).log("Instance {} is the writer{}", writer, besideConfigured());
			}
			else if (this.absenceTold) {
				about(writer).log("Instance {} is the writer", writer);
			}
		}
		else if (writer != this.known && !writer.isSameServerAs(this.known)) {
			timed(about(writer).addKeyValue(FORMER_WRITER, this.known.toString()), now)
				.log("Instance {} is the writer now, and {} no longer is{}", writer, this.known, absence(now));
		}
		else if (this.absenceTold) {
			timed(about(writer), now).log("Instance {} is the writer again{}", writer, absence(now));
		}
		this.known = writer;
		this.lostAt = null;
		this.absenceTold = false;
	}

	private void lost(long now) {
		if (this.known != null && this.lostAt == null) {
			this.lostAt = now;
		}
	}

	private String absence(long now) {
		if (this.lostAt == null) {
			return "";
		}
		return ": for %d ms there was none".formatted(Duration.ofNanos(now - this.lostAt).toMillis());
	}

	private LoggingEventBuilder timed(LoggingEventBuilder event, long now) {
		return (this.lostAt != null)
				? event.addKeyValue("rds.no_writer_ms", Duration.ofNanos(now - this.lostAt).toMillis()) : event;
	}

	private static LoggingEventBuilder about(WatchedInstance writer) {
		return logger.atInfo().addKeyValue("rds.instance", writer.toString()).addKeyValue("rds.role", "writer");
	}

	private String besideConfigured() {
		if (this.configured == null) {
			return "";
		}
		return (this.configured.answer() != null) ? ", and " + this.configured + ", which is configured as such, is not"
				: ", although " + this.configured + " is configured as such";
	}

	/**
	 * Nobody is missed before all were asked, nor where several say that they are the
	 * writer, which is told by another log.
	 */
	private void absent(Collection<WatchedInstance> instances) {
		if (this.absenceTold || !instances.stream().allMatch(WatchedInstance::wasLookedAt)
				|| instances.stream().anyMatch(WatchedInstance::claimsWriter)) {
			return;
		}
		this.absenceTold = true;
		if (this.known != null) {
			logger.atWarn()
				.addKeyValue(FORMER_WRITER, this.known.toString())
				.log("The cluster has no writer: instance {} no longer is, and no other says that it is", this.known);
		}
		else {
			logger.warn("The cluster has no writer: none of {} says that it is",
					instances.stream()
						.map((instance) -> instance + (instance.isReachable() ? "" : " (cannot be reached)"))
						.collect(Collectors.joining(", ")));
		}
	}

}
