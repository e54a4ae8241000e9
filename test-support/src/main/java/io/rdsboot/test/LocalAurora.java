package io.rdsboot.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code aurora_replica_status()} says on the servers of a {@link LocalRdsCluster}
 * that was built with {@code aurora()}. Every server says the same, but of itself: the
 * writer and the readers as they are, a row that is no longer renewed for an instance
 * that is frozen or down, and none for one that was removed. Positions are real. A reader
 * has no lag unless its replay is paused or {@link #lag} says so. Thread-safe.
 */
public final class LocalAurora {

	private static final String WRITER_SESSION = "MASTER_SESSION_ID";

	/** Twice what clients of Aurora take for gone. */
	private static final Duration STALE = Duration.ofMinutes(10);

	private final Path stateFile;

	private final UnaryOperator<LocalRdsInstance> member;

	private final InstantSource clock = InstantSource.system();

	private final Map<LocalRdsInstance, Instant> lastSeen = new LinkedHashMap<>();

	private final Map<LocalRdsInstance, Instant> stale = new LinkedHashMap<>();

	private final Map<LocalRdsInstance, Duration> lags = new HashMap<>();

	private final Map<LocalRdsInstance, LocalRdsInstance> shownWriters = new HashMap<>();

	/** Empty where the cluster is no global database. */
	private Map<LocalRdsInstance, String> regions = Map.of();

	private List<LocalRdsInstance> instances = List.of();

	/**
	 * Creates the controls.
	 * @param directory where the servers can read
	 * @param member refuses what is no instance of the cluster
	 */
	LocalAurora(Path directory, UnaryOperator<LocalRdsInstance> member) {
		this.stateFile = directory.resolve("aurora.json");
		this.member = member;
	}

	Path stateFile() {
		return this.stateFile;
	}

	/**
	 * Identifier of an instance, which {@code aurora_db_instance_identifier()} returns
	 * there.
	 * @param instance an instance of the cluster, or one that was
	 * @return the last number of its host, such as {@code 11}
	 */
	public String serverId(LocalRdsInstance instance) {
		return instance.host().substring(instance.host().lastIndexOf('.') + 1);
	}

	/**
	 * Sets the lag that is shown of a reader, instead of the real one. What it has
	 * replayed does not change.
	 * @param reader an instance of the cluster
	 * @param lag the lag
	 */
	public synchronized void lag(LocalRdsInstance reader, Duration lag) {
		if (lag.isNegative()) {
			throw new IllegalArgumentException("lag is %s, and must not be negative".formatted(lag));
		}
		this.lags.put(this.member.apply(reader), lag);
		write();
	}

	/**
	 * Shows a row that was last renewed ten minutes ago.
	 * @param instance an instance of the cluster, or one that was removed from it
	 */
	public synchronized void showStale(LocalRdsInstance instance) {
		this.stale.put(instance, this.clock.instant().minus(STALE));
		write();
	}

	/**
	 * Lets one server take another instance for the writer, as a reader on Aurora does
	 * for a while after a failover.
	 * @param asked the server whose answer is wrong
	 * @param shown the instance that it says is the writer
	 */
	public synchronized void showWriter(LocalRdsInstance asked, LocalRdsInstance shown) {
		this.shownWriters.put(this.member.apply(asked), shown);
		write();
	}

	/**
	 * Takes back {@link #lag}, {@link #showStale} and {@link #showWriter} for all
	 * instances.
	 */
	public synchronized void restore() {
		this.lags.clear();
		this.stale.clear();
		this.shownWriters.clear();
		write();
	}

	/**
	 * Says what the cluster is now.
	 * @param present its instances, the writer first
	 */
	synchronized void update(List<LocalRdsInstance> present) {
		this.instances = present;
		this.lastSeen.keySet().retainAll(present);
		for (LocalRdsInstance instance : present) {
			if (instance.state() == LocalRdsInstance.State.RUNNING) {
				this.lastSeen.remove(instance);
			}
			else {
				this.lastSeen.putIfAbsent(instance, this.clock.instant());
			}
		}
		write();
	}

	/**
	 * Says in which regions the instances are. {@code aurora_replica_status()} then lists
	 * only those of the region that the asked server is in.
	 * @param newRegions region of each instance
	 */
	synchronized void regions(Map<LocalRdsInstance, String> newRegions) {
		this.regions = Map.copyOf(newRegions);
		write();
	}

	private void write() {
		Path draft = this.stateFile.resolveSibling("aurora.json.new");
		try {
			Files.writeString(draft, toJson());
			// The servers may run as another user.
			Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
			Files.move(draft, this.stateFile, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not write %s: %s".formatted(this.stateFile, ex), ex);
		}
	}

	/**
	 * Returns the rows that each server shows, by the server's name.
	 */
	private String toJson() {
		return this.instances.stream()
			.map((asked) -> "\"%s\": [%s]".formatted(asked.name(), rows(asked)))
			.collect(Collectors.joining(",\n", "{", "}\n"));
	}

	private String rows(LocalRdsInstance asked) {
		LocalRdsInstance writer = this.shownWriters.getOrDefault(asked, this.instances.get(0));
		return Stream.concat(this.instances.stream(), this.stale.keySet().stream())
			.distinct()
			.map((shown) -> row(shown, shown == writer))
			.collect(Collectors.joining(",\n"));
	}

	private String row(LocalRdsInstance instance, boolean writer) {
		Duration lag = this.lags.get(instance);
		Instant updated = this.stale.getOrDefault(instance, this.lastSeen.get(instance));
		return """
				{"name": "%s", "server_id": "%s", "session_id": "%s", "lag": %s, "updated": %s, \
				"region": %s}""".formatted(instance.name(), serverId(instance),
				writer ? WRITER_SESSION : sessionId(instance), (lag != null) ? Long.toString(lag.toMillis()) : "null",
				quoted(updated), quoted(this.regions.get(instance)));
	}

	private static UUID sessionId(LocalRdsInstance instance) {
		return UUID.nameUUIDFromBytes(instance.name().getBytes(StandardCharsets.UTF_8));
	}

	private static String quoted(@Nullable Object value) {
		return (value != null) ? '"' + value.toString() + '"' : "null";
	}

}
