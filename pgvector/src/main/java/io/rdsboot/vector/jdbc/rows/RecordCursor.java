package io.rdsboot.vector.jdbc.rows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

import io.rdsboot.vector.jdbc.session.StaleType;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcUtils;

/**
 * Rows of a query, of which the server holds all but those that are read next. Takes part
 * in the caller's transaction, or has one of its own that is read-only. Not thread-safe.
 *
 * @param <T> type of a row
 */
final class RecordCursor<T> extends AbstractSpliterator<T> implements AutoCloseable {

	/**
	 * Rows that are fetched at once: with vectors of 1,536 dimensions a little more than
	 * a megabyte.
	 */
	static final int FETCH_SIZE = 200;

	private final VectorConnections connections;

	private final VectorTable table;

	private final @Nullable Tenant tenant;

	private final SqlStatement sql;

	private final RowMapper<T> mapper;

	private final boolean shared;

	private @Nullable Connection connection;

	private @Nullable PreparedStatement statement;

	private @Nullable ResultSet rows;

	private long read;

	private boolean failed;

	private RecordCursor(VectorConnections connections, VectorTable table, @Nullable Tenant tenant, SqlStatement sql,
			RowMapper<T> mapper) {
		super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
		this.connections = connections;
		this.table = table;
		this.tenant = tenant;
		this.sql = sql;
		this.mapper = mapper;
		this.shared = connections.isInTransaction();
	}

	/**
	 * Return a stream of rows, which runs the query now, and must be closed.
	 * @param tenant whose rows the query may see, or {@code null} if rows have no tenant
	 */
	static <T> Stream<T> stream(VectorConnections connections, VectorTable table, @Nullable Tenant tenant,
			SqlStatement sql, RowMapper<T> mapper) {
		RecordCursor<T> cursor = new RecordCursor<>(connections, table, tenant, sql, mapper);
		try {
			cursor.open();
			return StreamSupport.stream(cursor, false).onClose(cursor::close);
		}
		catch (SQLException ex) {
			cursor.closeAfter(ex);
			throw cursor.translated(ex);
		}
		catch (RuntimeException | Error ex) {
			cursor.closeAfter(ex);
			throw ex;
		}
	}

	private void open() throws SQLException {
		DataSource dataSource = this.connections.dataSource();
		Connection opened = this.shared ? DataSourceUtils.getConnection(dataSource) : dataSource.getConnection();
		this.connection = opened;
		if (!this.shared) {
			opened.setReadOnly(true);
			// Without a transaction the driver would fetch all rows at once.
			opened.setAutoCommit(false);
		}
		setTenant(opened);
		PreparedStatement prepared = opened.prepareStatement(this.sql.text());
		this.statement = prepared;
		prepared.setFetchSize(FETCH_SIZE);
		this.sql.prepare(prepared, 0);
		this.rows = prepared.executeQuery();
	}

	private void setTenant(Connection current) throws SQLException {
		if (this.tenant != null) {
			TenantSetting.apply(current, this.table, this.tenant.value());
		}
	}

	@Override
	public boolean tryAdvance(Consumer<? super T> action) {
		Connection current = this.connection;
		ResultSet row = this.rows;
		if (current == null || row == null) {
			throw new IllegalStateException("stream of vector table %s is closed".formatted(this.table));
		}
		try {
			// In the caller's transaction another tenant's call may have come between,
			// and the server's policy is asked as rows are fetched.
			if (this.shared && this.read > 0 && this.read % FETCH_SIZE == 0) {
				setTenant(current);
			}
			if (!row.next()) {
				return false;
			}
			T next = this.mapper.mapRow(row, (int) this.read++);
			action.accept(next);
			return true;
		}
		catch (SQLException ex) {
			this.failed = true;
			throw translated(ex);
		}
	}

	@Override
	public void close() {
		Connection current = this.connection;
		if (current == null) {
			return;
		}
		this.connection = null;
		JdbcUtils.closeResultSet(this.rows);
		JdbcUtils.closeStatement(this.statement);
		if (this.shared) {
			DataSourceUtils.releaseConnection(current, this.connections.dataSource());
			return;
		}
		try (current) {
			end(current);
		}
		catch (SQLException ex) {
			throw translated(ex);
		}
	}

	private void end(Connection own) throws SQLException {
		if (this.failed) {
			own.rollback();
		}
		else {
			own.commit();
		}
		own.setAutoCommit(true);
		own.setReadOnly(false);
	}

	private DataAccessException translated(SQLException ex) {
		return this.connections.translate("Stream of vector table " + this.table, this.sql.text(),
				StaleType.explain(ex));
	}

	private void closeAfter(Throwable failure) {
		this.failed = true;
		try {
			close();
		}
		catch (RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

}
