package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * View of a routing data source whose connections are read-only from the start, for what
 * reads beside a transaction that writes, such as the item reader of a batch step.
 * Thread-safe.
 *
 * <p>
 * Spring takes the view for another resource than the data source: what reads on it takes
 * no part in a transaction on the data source, and does not see what that transaction has
 * written.
 */
public final class ReadOnlyDataSource extends DelegatingDataSource {

	private final DataSource dataSource;

	private final @Nullable ReadDemand demand;

	private final @Nullable String group;

	private ReadOnlyDataSource(DataSource dataSource, @Nullable ReadDemand demand, @Nullable String group) {
		super(Objects.requireNonNull(dataSource, "dataSource"));
		this.dataSource = dataSource;
		this.demand = demand;
		this.group = group;
	}

	/**
	 * Create a view whose reads are as consistent as those of read-only transactions.
	 * @param dataSource the application's data source, which may be wrapped by others
	 */
	public static ReadOnlyDataSource of(DataSource dataSource) {
		return new ReadOnlyDataSource(dataSource, null, null);
	}

	/**
	 * Create a view whose reads miss nothing that is older than a maximum lag, be it
	 * their own session's: level {@link ConsistencyLevel#BOUNDED}.
	 * @param maxLag the greatest lag of a reader that may serve, positive
	 * @param dataSource the application's data source, which may be wrapped by others
	 */
	public static ReadOnlyDataSource within(Duration maxLag, DataSource dataSource) {
		Objects.requireNonNull(maxLag, "maxLag");
		return new ReadOnlyDataSource(dataSource, ReadDemand.of(ConsistencyLevel.BOUNDED, maxLag), null);
	}

	/**
	 * Create a view whose reads any reader may serve, however far behind.
	 * @param dataSource the application's data source, which may be wrapped by others
	 */
	public static ReadOnlyDataSource eventual(DataSource dataSource) {
		return new ReadOnlyDataSource(dataSource, ReadDemand.EVENTUAL, null);
	}

	/**
	 * Return a view whose reads are served by a group of readers, and by no others,
	 * whatever group the thread names that reads. A read in a group that does not exist
	 * fails by an {@link io.rdsboot.routing.failure.UnknownReaderGroupException}.
	 * @param group the name of the group, as in {@code rds.reader-groups}
	 * @return the view, which is as consistent as this one
	 */
	public ReadOnlyDataSource from(String group) {
		Objects.requireNonNull(group, "group");
		return new ReadOnlyDataSource(this.dataSource, this.demand, group);
	}

	@Override
	public Connection getConnection() throws SQLException {
		ReadContext context = ReadContext.current();
		ReadDemand outer = context.connectionDemand(this.demand);
		String outerGroup = context.connectionGroup(this.group);
		try {
			Connection connection = super.getConnection();
			connection.setReadOnly(true);
			return connection;
		}
		finally {
			context.connectionDemand(outer);
			context.connectionGroup(outerGroup);
		}
	}

}
