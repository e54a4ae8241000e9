package io.rdsboot.routing.infrastructure;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.routing.consistency.InfrastructureScope;
import io.rdsboot.routing.consistency.ReadContext;

import org.springframework.core.InfrastructureProxy;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * View of a routing data source for infrastructure that takes a {@code DataSource}, such
 * as a job store: each of its connections is
 * {@linkplain io.rdsboot.routing.Reads#asInfrastructure infrastructure's} for as long as
 * it lives, on whatever thread. Thread-safe.
 *
 * <p>
 * Spring takes both for the same resource. Where the application has begun a transaction
 * on the data source, work on this view is part of it.
 */
public final class InfrastructureDataSource extends DelegatingDataSource implements InfrastructureProxy {

	private final DataSource dataSource;

	/**
	 * Create a view.
	 * @param dataSource the application's data source, which may be wrapped by others
	 */
	public InfrastructureDataSource(DataSource dataSource) {
		super(Objects.requireNonNull(dataSource, "dataSource"));
		this.dataSource = dataSource;
	}

	@Override
	public Connection getConnection() throws SQLException {
		ReadContext context = ReadContext.current();
		InfrastructureScope outer = context.scope(InfrastructureScope.CONNECTION);
		try {
			return super.getConnection();
		}
		finally {
			context.scope(outer);
		}
	}

	@Override
	public Object getWrappedObject() {
		return this.dataSource;
	}

}
