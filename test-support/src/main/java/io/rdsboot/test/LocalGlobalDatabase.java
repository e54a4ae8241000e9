package io.rdsboot.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.rdsboot.test.server.ReplicationLag;

/**
 * A local Aurora Global Database: a cluster built with {@code aurora()} whose instances
 * are in several regions, one of which is the primary. Readers in the others replay
 * later. {@code aurora_replica_status()} lists the instances of the asked server's own
 * region, {@code aurora_global_db_instance_status()} those of all regions.
 * <p>
 * All of it is on loopback, where the last number of an instance's host is its identifier
 * (see {@link #instanceAddress()}). Replication between regions is PostgreSQL's: what the
 * other regions have received survives the loss of the primary one. Thread-safe; the
 * controls work one at a time.
 */
public final class LocalGlobalDatabase implements AutoCloseable {

	private final LocalRdsCluster cluster;

	private final List<String> names;

	private final Duration lagWithinRegion;

	private final Map<LocalRdsInstance, String> regions = new ConcurrentHashMap<>();

	private final Duration lagBetweenRegions;

	/** Lags of regions that differ from that of the others. */
	private final Map<String, Duration> lags = new HashMap<>();

	private final Map<String, LocalRdsAlias> clusterEndpoints = new LinkedHashMap<>();

	private final LocalRdsAlias writerEndpoint;

	private volatile OptionalLong closedAt = OptionalLong.empty();

	private LocalGlobalDatabase(LocalRdsCluster cluster, Builder builder) {
		this.cluster = cluster;
		this.names = List.copyOf(builder.sizes.keySet());
		this.lagWithinRegion = builder.lagWithinRegion;
		Iterator<LocalRdsInstance> instances = cluster.instances().iterator();
		builder.sizes.forEach((name, size) -> {
			for (int i = 0; i < size; i++) {
				this.regions.put(instances.next(), name);
			}
			this.clusterEndpoints.put(name, LocalRdsAlias.following(() -> ofClusterEndpoint(name)));
		});
		this.lagBetweenRegions = builder.lagBetweenRegions;
		this.writerEndpoint = LocalRdsAlias.following(cluster::writer);
		cluster.aurora().regions(this.regions);
		applyLags();
	}

	/**
	 * Returns a builder of global databases whose readers are 20 milliseconds behind
	 * within the primary region and 200 in the others.
	 * @return a new builder, which needs regions
	 */
	public static Builder builder() {
		return new Builder();
	}

	private LocalRdsInstance ofClusterEndpoint(String region) {
		List<LocalRdsInstance> instances = instances(region);
		return instances.stream()
			.filter((instance) -> instance.state() == LocalRdsInstance.State.RUNNING)
			.findFirst()
			.orElse(instances.get(0));
	}

	/**
	 * The servers of all regions as one cluster, with the controls of a single instance.
	 * @return the cluster, which ends with this database
	 */
	public LocalRdsCluster cluster() {
		return this.cluster;
	}

	/**
	 * Names of the regions, in the order in which they were declared.
	 * @return an immutable list
	 */
	public List<String> regions() {
		return this.names;
	}

	/**
	 * Region of an instance.
	 * @param instance an instance of this database
	 * @return the region's name
	 */
	public String region(LocalRdsInstance instance) {
		String region = this.regions.get(this.cluster.member(instance));
		if (region == null) {
			throw new IllegalArgumentException(
					"%s has no region: add readers by addReader(region) of the global database".formatted(instance));
		}
		return region;
	}

	/**
	 * Region of the present writer.
	 * @return the region's name
	 */
	public String primaryRegion() {
		return region(this.cluster.writer());
	}

	/**
	 * Instances of a region; in the primary one, the writer is the first.
	 * @param region one of {@link #regions()}
	 * @return an immutable snapshot
	 */
	public List<LocalRdsInstance> instances(String region) {
		require(region);
		return this.cluster.instances()
			.stream()
			.filter((instance) -> region.equals(this.regions.get(instance)))
			.toList();
	}

	private void require(String region) {
		if (!this.names.contains(region)) {
			throw new IllegalArgumentException(
					"The global database has no region '%s', but %s".formatted(region, this.names));
		}
	}

	/**
	 * The pattern of all instances' addresses, with <code>{id}</code> for the identifier.
	 * @return host and port
	 */
	public String instanceAddress() {
		return "127.0.0.{id}:" + this.cluster.writer().port();
	}

	/**
	 * The global writer endpoint: the present writer, in whatever region. Point it
	 * elsewhere for a DNS entry that lags.
	 * @return the endpoint
	 */
	public LocalRdsAlias writerEndpoint() {
		return this.writerEndpoint;
	}

	/**
	 * The cluster endpoint of a region: the writer where the region is the primary one,
	 * else an instance that runs there.
	 * @param region one of {@link #regions()}
	 * @return the endpoint
	 */
	public LocalRdsAlias clusterEndpoint(String region) {
		require(region);
		return Objects.requireNonNull(this.clusterEndpoints.get(region));
	}

	/**
	 * Sets how long the readers of a region hold back what the writer has committed while
	 * another region is the primary one.
	 * @param region one of {@link #regions()}
	 * @param lag zero to an hour
	 */
	public synchronized void replicationLag(String region, Duration lag) {
		require(region);
		this.lags.put(region, ReplicationLag.require(lag));
		applyLags();
	}

	private void applyLags() {
		String primary = primaryRegion();
		this.regions.forEach((instance, region) -> this.cluster.replicationLag(instance, region.equals(primary)
				? this.lagWithinRegion : this.lags.getOrDefault(region, this.lagBetweenRegions)));
	}

	/**
	 * Adds a reader to a region.
	 * @param region one of {@link #regions()}
	 * @return the new instance
	 */
	public synchronized LocalRdsInstance addReader(String region) {
		require(region);
		LocalRdsInstance added = this.cluster.addReader();
		this.regions.put(added, region);
		this.cluster.aurora().regions(this.regions);
		applyLags();
		return added;
	}

	/**
	 * Makes another region the primary one as a planned switchover does: the writer is
	 * stopped in order, so that nothing committed is lost, and comes back as a reader.
	 * @param region a secondary region with a running instance
	 * @return the new writer
	 */
	public synchronized LocalRdsInstance switchover(String region) {
		return promote(secondary(region));
	}

	/**
	 * Makes another region the primary one because the present one is lost: all its
	 * instances are killed, and stay so until {@link #recover}.
	 * @param region a secondary region with a running instance
	 * @return the new writer
	 */
	public synchronized LocalRdsInstance failover(String region) {
		String target = secondary(region);
		instances(primaryRegion()).stream()
			.filter((instance) -> instance.state() == LocalRdsInstance.State.RUNNING
					|| instance.state() == LocalRdsInstance.State.FROZEN)
			.forEach(this.cluster::crash);
		return promote(target);
	}

	private String secondary(String region) {
		require(region);
		if (region.equals(primaryRegion())) {
			throw new IllegalStateException("Region %s is the primary one already".formatted(region));
		}
		return region;
	}

	private LocalRdsInstance promote(String region) {
		LocalRdsInstance target = this.cluster.mostAdvanced((instance) -> region.equals(this.regions.get(instance)));
		this.closedAt = OptionalLong.of(System.nanoTime());
		this.cluster.failover(target);
		applyLags();
		return target;
	}

	/**
	 * When the last {@link #switchover} or {@link #failover} began to stop the writer:
	 * some milliseconds later no server took writes.
	 * @return a time of {@code System.nanoTime}, or empty when there was none
	 */
	public OptionalLong closedAt() {
		return this.closedAt;
	}

	/**
	 * When the last {@link #switchover} or {@link #failover} had promoted the new writer.
	 * @return a time of {@code System.nanoTime}, some ten milliseconds late at most, or
	 * empty when there was none
	 */
	public OptionalLong openedAt() {
		return this.cluster.lastPromotion();
	}

	/**
	 * Restarts the killed instances of a region, as readers of the present writer.
	 * @param region one of {@link #regions()}
	 */
	public synchronized void recover(String region) {
		instances(region).stream()
			.filter((instance) -> instance.state() == LocalRdsInstance.State.CRASHED)
			.forEach(this.cluster::restart);
	}

	/**
	 * Closes the endpoints and the cluster.
	 */
	@Override
	public void close() {
		this.writerEndpoint.close();
		this.clusterEndpoints.values().forEach(LocalRdsAlias::close);
		this.cluster.close();
	}

	@Override
	public String toString() {
		return "LocalGlobalDatabase[primary=%s, regions=%s]".formatted(primaryRegion(), this.names);
	}

	/**
	 * Builder of a {@link LocalGlobalDatabase}. Not thread-safe.
	 */
	public static final class Builder {

		private static final int MOST_INSTANCES = 9;

		private final Map<String, Integer> sizes = new LinkedHashMap<>();

		private Duration lagWithinRegion = ReplicationLag.DEFAULT;

		private Duration lagBetweenRegions = Duration.ofMillis(200);

		private UnaryOperator<LocalRdsClusterBuilder> settings = UnaryOperator.identity();

		private Builder() {
		}

		/**
		 * Adds a region; the first one is the primary.
		 * @param name the region, such as {@code eu-west-1}
		 * @param instances number of its instances, at least 1; 9 in all regions together
		 * at most
		 * @return this builder
		 */
		public Builder region(String name, int instances) {
			if (name.isBlank() || instances < 1) {
				throw new IllegalArgumentException("Region '%s' has %d instances, and must have a name and one at least"
					.formatted(name, instances));
			}
			this.sizes.put(name, instances);
			return this;
		}

		/**
		 * Sets how long the readers of the primary region hold back what was committed.
		 * @param lag zero to an hour
		 * @return this builder
		 */
		public Builder lagWithinRegion(Duration lag) {
			this.lagWithinRegion = ReplicationLag.require(lag);
			return this;
		}

		/**
		 * Sets how long the instances of other regions hold back what was committed.
		 * @param lag zero to an hour
		 * @return this builder
		 * @see LocalGlobalDatabase#replicationLag(String, Duration)
		 */
		public Builder lagBetweenRegions(Duration lag) {
			this.lagBetweenRegions = ReplicationLag.require(lag);
			return this;
		}

		/**
		 * Sets what else the cluster is built with, such as its database. The number of
		 * readers is that of the regions' instances.
		 * @param settings changes the cluster's builder
		 * @return this builder
		 */
		public Builder cluster(UnaryOperator<LocalRdsClusterBuilder> settings) {
			this.settings = settings;
			return this;
		}

		/**
		 * Starts the database.
		 * @return a database whose instances accept connections
		 * @throws io.rdsboot.test.process.LocalRdsException when this machine has no
		 * PostgreSQL to run it on, or a server does not start
		 */
		public LocalGlobalDatabase start() {
			int instances = this.sizes.values().stream().mapToInt(Integer::intValue).sum();
			if (this.sizes.size() < 2 || instances > MOST_INSTANCES) {
				throw new IllegalArgumentException(
						"A global database has two regions at least, and %d instances at most: %s"
							.formatted(MOST_INSTANCES, this.sizes));
			}
			LocalRdsCluster cluster = this.settings.apply(LocalRdsCluster.builder())
				.readers(instances - 1)
				.replicationLag(this.lagWithinRegion)
				.aurora()
				.start();
			return new LocalGlobalDatabase(cluster, this);
		}

	}

}
