package io.rdsboot.autoconfigure.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.selection.LeastBusyReaderSelector;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.routing.selection.ReaderSelector;
import io.rdsboot.routing.selection.RoundRobinReaderSelector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.Ordered;

/**
 * Configuration properties of how transactions find their instance.
 */
@ConfigurationProperties("rds.routing")
public class RdsRoutingProperties {

	/**
	 * How the reader for a read-only transaction is chosen.
	 */
	private Selection readerSelection = Selection.ROUND_ROBIN;

	/**
	 * What to do with a read-only transaction while no reader is available.
	 */
	private ReaderFallback readerFallback = ReaderFallback.WRITER;

	/**
	 * Time for which a reader that refused a connection is skipped before it is tried
	 * again.
	 */
	private Duration readerRetryInterval = Duration.ofSeconds(5);

	/**
	 * What a read-only transaction may miss of what was committed before it.
	 */
	private ConsistencyLevel consistency = ConsistencyLevel.SESSION;

	/**
	 * Maximum age of a reader's data, for the levels 'bounded', which needs it, and
	 * 'session'.
	 */
	private @Nullable Duration maxLag;

	/**
	 * Time after a session's last write before a reader with unknown lag serves it,
	 * because the reader's address hides several servers or is not monitored.
	 */
	private Duration unknownLagDelay = Duration.ofSeconds(5);

	/**
	 * Maximum number of read-only transactions that the writer serves at a time instead
	 * of readers. Half of its pool by default; zero for none.
	 */
	private @Nullable Integer maximumFallbacks;

	/**
	 * Whether queries that a Spring Data repository declares without a transaction of
	 * their own run in read-only transactions, so that readers serve them.
	 */
	private boolean readOnlyRepositoryQueries = true;

	/**
	 * Comma-separated list of types and packages whose beans are infrastructure, in
	 * addition to the libraries that are recognised: their own transactions read from the
	 * writer and do not count as writes of a session.
	 */
	private List<String> infrastructure = new ArrayList<>();

	private final Token token = new Token();

	private final Zone zone = new Zone();

	public Selection getReaderSelection() {
		return this.readerSelection;
	}

	public void setReaderSelection(Selection readerSelection) {
		this.readerSelection = readerSelection;
	}

	public ReaderFallback getReaderFallback() {
		return this.readerFallback;
	}

	public void setReaderFallback(ReaderFallback readerFallback) {
		this.readerFallback = readerFallback;
	}

	public Duration getReaderRetryInterval() {
		return this.readerRetryInterval;
	}

	public void setReaderRetryInterval(Duration readerRetryInterval) {
		this.readerRetryInterval = readerRetryInterval;
	}

	public ConsistencyLevel getConsistency() {
		return this.consistency;
	}

	public void setConsistency(ConsistencyLevel consistency) {
		this.consistency = consistency;
	}

	public @Nullable Duration getMaxLag() {
		return this.maxLag;
	}

	public void setMaxLag(@Nullable Duration maxLag) {
		this.maxLag = maxLag;
	}

	public Duration getUnknownLagDelay() {
		return this.unknownLagDelay;
	}

	public void setUnknownLagDelay(Duration unknownLagDelay) {
		this.unknownLagDelay = unknownLagDelay;
	}

	public @Nullable Integer getMaximumFallbacks() {
		return this.maximumFallbacks;
	}

	public void setMaximumFallbacks(@Nullable Integer maximumFallbacks) {
		this.maximumFallbacks = maximumFallbacks;
	}

	public boolean isReadOnlyRepositoryQueries() {
		return this.readOnlyRepositoryQueries;
	}

	public void setReadOnlyRepositoryQueries(boolean readOnlyRepositoryQueries) {
		this.readOnlyRepositoryQueries = readOnlyRepositoryQueries;
	}

	public List<String> getInfrastructure() {
		return this.infrastructure;
	}

	public void setInfrastructure(List<String> infrastructure) {
		this.infrastructure = infrastructure;
	}

	public Token getToken() {
		return this.token;
	}

	public Zone getZone() {
		return this.zone;
	}

	/**
	 * How readers in the application's own availability zone are preferred.
	 */
	public static class Zone {

		/**
		 * Whether readers in the application's own availability zone are preferred, where
		 * that zone and the readers' are known.
		 */
		private boolean enabled = true;

		/**
		 * Name of the application's own availability zone, such as us-east-1a. By default
		 * what the metadata of the ECS task or the EC2 instance says.
		 */
		private @Nullable String name;

		/**
		 * How many times as many connections as to readers of other zones have to be in
		 * use to those of the own zone for the others to serve. More than half of the own
		 * zone's have to be in use, too.
		 */
		private double spillFactor = 2;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

		public double getSpillFactor() {
			return this.spillFactor;
		}

		public void setSpillFactor(double spillFactor) {
			this.spillFactor = spillFactor;
		}

	}

	/**
	 * How a session travels from one request to the next.
	 */
	public static class Token {

		/**
		 * Whether HTTP requests, responses and messages carry tokens. By default if
		 * rds.routing.consistency is 'session'.
		 */
		private @Nullable Boolean enabled;

		/**
		 * Key to sign consistency tokens with, 32 bytes or more, the same in all services
		 * that exchange them. Tokens that are not signed with it are ignored. If not set,
		 * tokens are not signed.
		 */
		private @Nullable String key;

		/**
		 * Age after which a token is ignored, and a cookie forgotten.
		 */
		private Duration lifetime = Duration.ofHours(1);

		/**
		 * Name of the cluster, the same in all services that exchange tokens. The
		 * writer's address by default.
		 */
		private @Nullable String cluster;

		/**
		 * Order of the servlet filter that makes each request a unit of work.
		 */
		private int filterOrder = Ordered.HIGHEST_PRECEDENCE + 10;

		/**
		 * Maximum number of clients whose last write an instance of the service
		 * remembers, for those that keep no cookies. Zero for none.
		 */
		private int rememberedClients = 10_000;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

		public int getFilterOrder() {
			return this.filterOrder;
		}

		public void setFilterOrder(int filterOrder) {
			this.filterOrder = filterOrder;
		}

		public int getRememberedClients() {
			return this.rememberedClients;
		}

		public void setRememberedClients(int rememberedClients) {
			this.rememberedClients = rememberedClients;
		}

		public @Nullable String getKey() {
			return this.key;
		}

		public void setKey(@Nullable String key) {
			this.key = key;
		}

		public Duration getLifetime() {
			return this.lifetime;
		}

		public void setLifetime(Duration lifetime) {
			this.lifetime = lifetime;
		}

		public @Nullable String getCluster() {
			return this.cluster;
		}

		public void setCluster(@Nullable String cluster) {
			this.cluster = cluster;
		}

	}

	/**
	 * Ways to choose a reader.
	 */
	public enum Selection {

		/**
		 * The readers in turn, by weight.
		 */
		ROUND_ROBIN {
			@Override
			ReaderSelector selector() {
				return new RoundRobinReaderSelector();
			}
		},

		/**
		 * The reader with the fewest connections in use for its weight.
		 */
		LEAST_BUSY {
			@Override
			ReaderSelector selector() {
				return new LeastBusyReaderSelector();
			}
		};

		abstract ReaderSelector selector();

	}

}
