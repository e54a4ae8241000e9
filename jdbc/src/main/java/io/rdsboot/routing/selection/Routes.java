package io.rdsboot.routing.selection;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.routing.failure.UnknownReaderGroupException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Immutable snapshot of where connections can be borrowed, made from a topology snapshot.
 *
 * @param writer the writer, or {@code null} while none is known
 * @param readers every reader, available or not
 * @param ungrouped those that serve reads of no group
 * @param groups those that serve the reads of each group, by its name
 */
@API(status = API.Status.INTERNAL)
public record Routes(@Nullable Writer writer, List<RoutedReader> readers, ReaderGroup ungrouped,
		Map<String, ReaderGroup> groups) {

	static Routes of(@Nullable Writer writer, List<RoutedReader> readers, InstancePlacement placement) {
		Map<String, ReaderGroup> groups = new HashMap<>();
		placement.groups()
			.forEach((name, members) -> groups.put(name,
					ReaderGroup.of(name,
							readers.stream().filter((reader) -> members.contains(reader.instance().address())).toList(),
							placement)));
		List<RoutedReader> others = readers.stream()
			.filter((reader) -> placement.groups()
				.values()
				.stream()
				.noneMatch((members) -> members.contains(reader.instance().address())))
			.toList();
		ReaderGroup ungrouped = ReaderGroup.of(null, others, placement);
		placement.without().forEach((name) -> groups.put(name, ungrouped));
		return new Routes(writer, List.copyOf(readers), ungrouped, Map.copyOf(groups));
	}

	/**
	 * Return the readers that serve the reads of a group.
	 * @param name its name, or {@code null} for reads of no group
	 * @throws SQLException if there is no such group
	 */
	ReaderGroup group(@Nullable String name) throws SQLException {
		ReaderGroup group = find(name);
		if (group == null) {
			throw new UnknownReaderGroupException(String.valueOf(name), this.groups.keySet());
		}
		return group;
	}

	/**
	 * Return the readers that serve the reads of a group, or {@code null} if there is no
	 * such group.
	 */
	@Nullable ReaderGroup find(@Nullable String name) {
		return (name != null) ? this.groups.get(name) : this.ungrouped;
	}

	/**
	 * The writer's pool, and the decisions that lead to it, made once because each borrow
	 * reports one.
	 */
	public static final class Writer {

		private final InstancePool pool;

		private final boolean reachable;

		private final Map<RoutingReason, RoutingDecision> decisions;

		Writer(InstancePool pool, boolean reachable) {
			this.pool = pool;
			this.reachable = reachable;
			this.decisions = RoutingDecision.all(pool.instance());
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
