package io.rdsboot.routing.selection;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.pool.InstancePool;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Immutable snapshot of where connections can be borrowed, made from a topology snapshot.
 *
 * @param writer the writer, or {@code null} while none is known
 * @param readers every reader, available or not
 */
@API(status = API.Status.INTERNAL)
public record Routes(@Nullable Writer writer, List<RoutedReader> readers) {

	public Routes {
		readers = List.copyOf(readers);
	}

	/**
	 * The writer's pool, and the decisions that lead to it, made once because each borrow
	 * reports one.
	 */
	public static final class Writer {

		private final InstancePool pool;

		private final boolean reachable;

		private final Map<RoutingReason, RoutingDecision> decisions = new EnumMap<>(RoutingReason.class);

		Writer(InstancePool pool, boolean reachable) {
			this.pool = pool;
			this.reachable = reachable;
			for (RoutingReason reason : RoutingReason.values()) {
				this.decisions.put(reason, new RoutingDecision(pool.instance(), reason));
			}
		}

		public InstancePool pool() {
			return this.pool;
		}

		public boolean reachable() {
			return this.reachable;
		}

		RoutingDecision decision(RoutingReason reason) {
			return Objects.requireNonNull(this.decisions.get(reason));
		}

	}

}
