package io.rdsboot.cluster.knowledge;

import java.util.List;
import java.util.Set;

import io.rdsboot.cluster.DatabaseInstance;
import org.jspecify.annotations.Nullable;

/**
 * What instances say against each other that would be an alarm, and so has to be said
 * twice: that there are two writers, that a reader follows a former writer, that a server
 * belongs to another cluster. An instance against which something was said once is
 * already not used. Not thread-safe.
 */
final class Allegations {

	private final Contradictions disputes = new Contradictions();

	private final Contradictions strays = new Contradictions();

	private final Contradictions foreigners = new Contradictions();

	/**
	 * Forget what concerns other instances.
	 * @param own those of the cluster
	 * @param all those that are members by configuration or discovery
	 */
	void retain(Set<WatchedInstance> own, Set<WatchedInstance> all) {
		this.disputes.retain(own);
		this.strays.retain(own);
		this.foreigners.retain(all);
	}

	/**
	 * Return whether it was seen twice that an instance and the writer both say that they
	 * are the writer.
	 */
	boolean isDisputing(WatchedInstance instance, @Nullable WatchedInstance writer, List<WatchedInstance> own) {
		WatchedInstance opponent = WriterElection.opponent(instance, writer, own);
		if (opponent == null) {
			this.disputes.ended(instance);
			return false;
		}
		return this.disputes.seen(instance, opponent);
	}

	/**
	 * Return whether it was seen twice that an instance has replayed what the writer
	 * never wrote.
	 */
	boolean isStraying(WatchedInstance instance, @Nullable WatchedInstance writer) {
		if (!instance.hasStrayed()) {
			this.strays.ended(instance);
			return false;
		}
		return instance.isSeenStraying() && writer != null && this.strays.seen(instance, writer);
	}

	/**
	 * Return whether it was seen twice that an instance belongs to another cluster than
	 * the one that says which cluster this is.
	 * @param own whether it belongs to the cluster
	 */
	boolean isForeign(WatchedInstance instance, @Nullable WatchedInstance clusterOf, boolean own) {
		if (own) {
			this.foreigners.ended(instance);
			return false;
		}
		return clusterOf != null && clusterOf != instance && this.foreigners.seen(instance, clusterOf);
	}

	/**
	 * Return the instances whose answers are to be confirmed over new connections.
	 */
	Set<DatabaseInstance> toAskAnew() {
		Set<DatabaseInstance> due = this.disputes.toAskAnew();
		due.addAll(this.strays.toAskAnew());
		due.addAll(this.foreigners.toAskAnew());
		return due;
	}

}
