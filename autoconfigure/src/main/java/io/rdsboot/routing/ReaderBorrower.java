package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.pool.InstanceRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * Borrows connections from readers, one after the other until one serves, and then as the
 * {@link ReaderFallback} says. Thread-safe.
 */
final class ReaderBorrower {

	private final RouteTable routeTable;

	private final ReaderSelector selector;

	private final ReaderFallback fallback;

	private final WriterBorrower writerBorrower;

	private final RoutingListener listener;

	ReaderBorrower(RouteTable routeTable, ReaderSelector selector, ReaderFallback fallback,
			WriterBorrower writerBorrower, RoutingListener listener) {
		this.routeTable = routeTable;
		this.selector = selector;
		this.fallback = fallback;
		this.writerBorrower = writerBorrower;
		this.listener = listener;
	}

	/**
	 * Borrow a connection for reading.
	 */
	Connection borrow() throws SQLException {
		Routes current = this.routeTable.current();
		if (current.readers().isEmpty()) {
			return this.writerBorrower.borrow(RoutingReason.NO_READER);
		}
		List<InstanceRefusedException> refusals = null;
		// Each reader may refuse once, and be lost once to another borrower's trial.
		for (int attempts = 2 * current.readers().size(); attempts > 0; attempts--) {
			RoutedReader reader = (RoutedReader) this.selector.select(current.readers());
			if (reader == null) {
				break;
			}
			try {
				Connection connection = reader.tryBorrow();
				if (connection != null) {
					this.listener.routed(reader.decision());
					return connection;
				}
			}
			catch (InstanceRefusedException ex) {
				refusals = (refusals != null) ? refusals : new ArrayList<>();
				refusals.add(ex);
			}
		}
		if (this.fallback == ReaderFallback.WRITER) {
			return this.writerBorrower.borrow(RoutingReason.READER_FALLBACK);
		}
		throw noReaderAvailable(current, refusals);
	}

	private static NoReaderAvailableException noReaderAvailable(Routes current,
			@Nullable List<InstanceRefusedException> refusals) {
		NoReaderAvailableException exception = new NoReaderAvailableException(
				current.readers().stream().map(RoutedReader::instance).toList());
		if (refusals != null) {
			refusals.forEach(exception::addSuppressed);
		}
		return exception;
	}

}
