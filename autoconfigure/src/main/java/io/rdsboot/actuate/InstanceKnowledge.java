package io.rdsboot.actuate;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.TopologyListener;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What pools, monitor and checks have last experienced with each instance, for health
 * that is told without asking anybody. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class InstanceKnowledge implements ConnectivityListener, TopologyListener {

	private final LongSupplier nanoTime;

	private final Map<DatabaseInstance, Experience> experiences = new ConcurrentHashMap<>();

	/**
	 * Create an empty one.
	 * @param nanoTime the clock of the topology, in nanoseconds
	 */
	public InstanceKnowledge(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		long now = this.nanoTime.getAsLong();
		change(instance, (known) -> new Experience(now, null, false, null, null, known.answeredAt(), known.recovery(),
				known.since()));
	}

	@Override
	public void failed(DatabaseInstance instance, SQLException failure) {
		long now = this.nanoTime.getAsLong();
		String reason = reason(failure);
		boolean refused = isRefusal(failure.getSQLState());
		change(instance, (known) -> known.withFailure(reason, refused, now));
	}

	@Override
	public void topologyChanged(ClusterTopology previous, ClusterTopology current) {
		long now = this.nanoTime.getAsLong();
		List<DatabaseInstance> present = current.instances().stream().map(InstanceState::instance).toList();
		this.experiences.keySet().retainAll(present);
		for (InstanceState state : current.instances()) {
			boolean before = previous.state(state.instance()).map(InstanceState::reachable).orElse(!state.reachable());
			if (before != state.reachable()) {
				change(state.instance(), (known) -> known.withSince(now));
			}
		}
	}

	/**
	 * Take note of the answer to a check.
	 */
	void answered(DatabaseInstance instance, boolean recovery) {
		long now = this.nanoTime.getAsLong();
		change(instance, (known) -> new Experience(now, null, false, null, null, now, recovery, known.since()));
	}

	private void change(DatabaseInstance instance, UnaryOperator<Experience> change) {
		this.experiences.compute(instance,
				(key, known) -> change.apply((known != null) ? known : Experience.none(this.nanoTime.getAsLong())));
	}

	Experience of(DatabaseInstance instance) {
		return this.experiences.computeIfAbsent(instance, (added) -> Experience.none(this.nanoTime.getAsLong()));
	}

	Duration age(long time) {
		return Duration.ofNanos(Math.max(0, this.nanoTime.getAsLong() - time));
	}

	/**
	 * Return whether a server has answered, to say that it takes no login: class 28, or
	 * class 53 if it has too many connections.
	 */
	private static boolean isRefusal(@Nullable String state) {
		return state != null && (state.startsWith("28") || state.startsWith("53"));
	}

	/**
	 * First line of what the driver or server has said.
	 */
	private static String reason(SQLException failure) {
		String message = (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
		return message.lines().findFirst().orElse("");
	}

	/**
	 * Experience with one instance. Times are those of the clock.
	 *
	 * @param connectedAt when a connection was last opened, or {@code null} if none was
	 * @param failure why the last connection could not be opened, or {@code null} if it
	 * could
	 * @param refused whether a server has answered then, and refused the login
	 * @param failedAt when that was, or {@code null} if it could be opened
	 * @param silentSince since when no server has answered, or {@code null} if one has
	 * @param answeredAt when a check was last answered, or {@code null} if none was
	 * @param recovery whether the instance has then said that it is a replica
	 * @param since since when it is reachable, or is not
	 */
	record Experience(@Nullable Long connectedAt, @Nullable String failure, boolean refused, @Nullable Long failedAt,
			@Nullable Long silentSince, @Nullable Long answeredAt, boolean recovery, long since) {

		static Experience none(long now) {
			return new Experience(null, null, false, null, null, null, false, now);
		}

		Experience withFailure(String reason, boolean refused, long time) {
			Long silent = (this.silentSince != null) ? this.silentSince : Long.valueOf(time);
			return new Experience(this.connectedAt, reason, refused, time, refused ? null : silent, this.answeredAt,
					this.recovery, this.since);
		}

		Experience withSince(long time) {
			return new Experience(this.connectedAt, this.failure, this.refused, this.failedAt, this.silentSince,
					this.answeredAt, this.recovery, time);
		}

	}

}
