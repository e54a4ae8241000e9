package io.rdsboot.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Source of the current {@link ClusterTopology}. Implementations are thread-safe.
 */
public interface TopologyProvider {

	/**
	 * Return the newest snapshot, without waiting for anything.
	 */
	ClusterTopology topology();

	/**
	 * Register a listener for new snapshots.
	 * @param listener called on the thread that found the change, one change at a time;
	 * must not block
	 */
	void addListener(TopologyListener listener);

	/**
	 * Return how many connections an instance takes and how many monitors watch it, as it
	 * was told when the instance was last connected to. Returns at once.
	 * @param instance the instance
	 * @return {@link ServerLimits#UNKNOWN} where nobody has been told
	 */
	default ServerLimits limits(DatabaseInstance instance) {
		return ServerLimits.UNKNOWN;
	}

	/**
	 * Return whether this provider samples how far the instances' logs are. If not, no
	 * reader can prove that it has replayed a write.
	 */
	default boolean watchesProgress() {
		return true;
	}

	/**
	 * Return whether this provider has ceased to ask the instances, because nothing uses
	 * the database and it may pause.
	 */
	default boolean isResting() {
		return false;
	}

	/**
	 * Return where connections to an instance are to be opened while its name leads
	 * elsewhere, or {@code null} for where its name leads. Returns at once.
	 * @param instance the instance
	 */
	default @Nullable AddressRedirect redirect(DatabaseInstance instance) {
		return null;
	}

	/**
	 * Ask for a look at the instances soon, because somebody waits for a change. Returns
	 * at once; may be called at any rate.
	 */
	default void checkNow() {
	}

	/**
	 * Ask for looks at the readers in quick succession, until they have replayed what had
	 * been committed by a time: somebody who cannot be served by them before reads from
	 * the writer meanwhile, or waits. Returns at once; may be called at any rate.
	 * @param time a time of this provider's clock, not in the future
	 */
	default void followReplay(long time) {
		checkNow();
	}

}
