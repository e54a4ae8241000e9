package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Borrows connections for reading: from one reader after the other until one serves that
 * meets the requirement, and then from the writer as far as {@link WriterFallback} lets
 * it. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ReaderBorrower {

	private final RouteTable routeTable;

	private final ReaderSelector selector;

	private final double zoneSpillFactor;

	private final ZoneSelection ungrouped;

	private final Map<String, ZoneSelection> grouped = new ConcurrentHashMap<>();

	private final WriterFallback fallback;

	private final RoutingListener listener;

	/**
	 * Create a borrower.
	 * @param selector chooses among readers of the same group and rank
	 * @param zoneSpillFactor how many times as busy the own zone's readers have to be for
	 * others to serve, at least 1
	 * @param fallback lets the writer serve
	 * @param listener told of borrows
	 */
	public ReaderBorrower(RouteTable routeTable, ReaderSelector selector, double zoneSpillFactor,
			WriterFallback fallback, RoutingListener listener) {
		this.routeTable = routeTable;
		this.selector = selector;
		this.zoneSpillFactor = zoneSpillFactor;
		this.ungrouped = new ZoneSelection(selector, zoneSpillFactor);
		this.fallback = fallback;
		this.listener = listener;
	}

	/**
	 * Borrow a connection for reading, and tell the requirement's session who serves.
	 * @param requirement what the read asks of a reader
	 * @param limit how long the transaction lets it wait
	 */
	public BorrowedConnection borrow(ReadRequirement requirement, BorrowLimit limit) throws SQLException {
		List<InstanceRefusedException> refusals = null;
		while (true) {
			ReaderGroup group = this.routeTable.current().group(requirement.group());
			ZoneSelection selection = selection(group);
			List<RoutedReader> readers = group.readers();
			// Each reader may refuse once, and be lost once to another borrower's trial.
			for (int attempts = 2 * readers.size(); attempts > 0; attempts--) {
				RoutedReader reader = selection.select(group, requirement);
				if (reader == null) {
					break;
				}
				try {
					Connection connection = reader.tryBorrow(limit);
					if (connection != null && !requirement.isStillMetBy(reader, connection)) {
						connection.close();
					}
					else if (connection != null) {
						requirement.servedBy(reader);
						this.listener.routed(reader.decision(requirement.reason()), limit.elapsed());
						return new BorrowedConnection(connection, reader, requirement);
					}
				}
				catch (InstanceRefusedException ex) {
					refusals = (refusals != null) ? refusals : new ArrayList<>();
					refusals.add(ex);
				}
			}
			Connection connection = borrowFromWriter(readers, requirement, limit, refusals);
			if (connection != null) {
				return new BorrowedConnection(connection, null, requirement);
			}
		}
	}

	private ZoneSelection selection(ReaderGroup group) {
		String name = group.name();
		return (name == null) ? this.ungrouped
				: this.grouped.computeIfAbsent(name, (added) -> new ZoneSelection(this.selector, this.zoneSpillFactor));
	}

	/**
	 * Borrow from the writer. Where it lets none through, a reader that was left out for
	 * having cancelled a read is better than none.
	 * @return the connection, or {@code null} if a reader can be chosen meanwhile
	 */
	private @Nullable Connection borrowFromWriter(List<RoutedReader> readers, ReadRequirement requirement,
			BorrowLimit limit, @Nullable List<InstanceRefusedException> refusals) throws SQLException {
		try {
			Connection connection = this.fallback.borrow(readers, requirement, limit);
			if (connection != null) {
				requirement.servedByWriter();
			}
			return connection;
		}
		catch (NoReaderAvailableException ex) {
			if (requirement.takeIn()) {
				return null;
			}
			if (refusals != null) {
				refusals.forEach(ex::addSuppressed);
			}
			throw ex;
		}
	}

}
