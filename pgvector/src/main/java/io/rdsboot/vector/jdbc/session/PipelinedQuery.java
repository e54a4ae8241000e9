package io.rdsboot.vector.jdbc.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.jdbc.sql.SqlStatement;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.ResultSetExtractor;

/**
 * Query with the statements that are sent along with it, so that they need no round trips
 * of their own: settings before it, and the end of the transaction behind it.
 *
 * <p>
 * A time limit in the caller's transaction is set behind a savepoint, to which the
 * transaction returns behind the query: the settings are then as they were, and the
 * transaction can go on if the time is over. A search changes nothing that could be lost.
 *
 * @param <T> type of the result
 */
final class PipelinedQuery<T> implements PreparedStatementCallback<T> {

	private static final String BACK = "ROLLBACK TO SAVEPOINT rdsboot_search";

	private static final String RELEASE = "RELEASE SAVEPOINT rdsboot_search";

	private final List<SqlStatement> before = new ArrayList<>();

	private final SqlStatement query;

	private final ResultSetExtractor<T> extractor;

	private final @Nullable SearchTimer timer;

	private final boolean savepoint;

	private final String after;

	PipelinedQuery(SqlStatement query, ResultSetExtractor<T> extractor, @Nullable Tenant tenant,
			@Nullable SearchTimer timer, boolean ownTransaction) {
		this.query = query;
		this.extractor = extractor;
		this.timer = timer;
		this.savepoint = timer != null && !ownTransaction;
		if (this.savepoint) {
			this.before.add(new SqlStatement("SAVEPOINT rdsboot_search", List.of(), false));
			this.after = "; " + BACK + "; " + RELEASE;
		}
		else {
			this.after = ownTransaction ? "; COMMIT" : "";
		}
		if (tenant != null) {
			this.before.add(new SqlStatement(TenantSetting.SQL,
					List.of((statement, parameter) -> statement.setString(parameter, tenant.settingValue())), false));
		}
		if (timer != null) {
			this.before.add(timer.setting());
		}
	}

	String text() {
		StringBuilder text = new StringBuilder();
		this.before.forEach((statement) -> text.append(statement.text()).append("; "));
		return text.append(this.query.text()).append(this.after).toString();
	}

	@Override
	public T doInPreparedStatement(PreparedStatement statement) throws SQLException {
		Connection connection = statement.getConnection();
		try {
			return (this.timer != null) ? executeInTime(this.timer, statement, connection)
					: execute(statement, connection);
		}
		catch (SQLException ex) {
			if (this.savepoint) {
				goBack(connection, ex);
			}
			if (this.timer != null && this.timer.isCauseOf(ex)) {
				throw this.timer.expired(ex);
			}
			throw StaleType.explain(ex);
		}
	}

	/**
	 * The server ends the query by itself. Where it does not answer, neither in time nor
	 * a little later, the connection does not wait for it.
	 */
	private T executeInTime(SearchTimer timer, PreparedStatement statement, Connection connection) throws SQLException {
		int usual = connection.getNetworkTimeout();
		int wait = timer.networkMillis();
		connection.setNetworkTimeout(Runnable::run, (usual == 0) ? wait : Math.min(usual, wait));
		try {
			return execute(statement, connection);
		}
		finally {
			if (!connection.isClosed()) {
				connection.setNetworkTimeout(Runnable::run, usual);
			}
		}
	}

	private T execute(PreparedStatement statement, Connection connection) throws SQLException {
		if (this.before.isEmpty() || !isBinaryForced(connection)) {
			return execute(statement, this.before);
		}
		for (SqlStatement each : this.before) {
			try (PreparedStatement apart = connection.prepareStatement(each.text())) {
				each.prepare(apart, 0);
				apart.execute();
			}
		}
		try (PreparedStatement apart = connection.prepareStatement(this.query.text() + this.after)) {
			return execute(apart, List.of());
		}
	}

	private T execute(PreparedStatement statement, List<SqlStatement> settings) throws SQLException {
		int parameters = 0;
		for (SqlStatement setting : settings) {
			setting.prepare(statement, parameters);
			parameters += setting.bindings().size();
		}
		// All rows at once, whatever the driver's default: the COMMIT behind the query
		// would take away those that are not fetched yet.
		statement.setFetchSize(0);
		this.query.prepare(statement, parameters);
		statement.execute();
		for (int i = 0; i < settings.size(); i++) {
			statement.getMoreResults();
		}
		try (ResultSet rows = statement.getResultSet()) {
			return this.extractor.extractData(rows);
		}
	}

	/**
	 * With a {@code prepareThreshold} of -1 pgjdbc mixes up the columns of queries that
	 * it sends together.
	 */
	private static boolean isBinaryForced(Connection connection) throws SQLException {
		return connection.isWrapperFor(PgConnection.class) && connection.unwrap(PgConnection.class).getForceBinary();
	}

	/**
	 * Let the caller's transaction go on after a failure. In its simple query mode pgjdbc
	 * has sent what stands behind the query all the same.
	 */
	private static void goBack(Connection connection, SQLException failure) {
		try {
			if (connection.unwrap(PgConnection.class).getTransactionState() == TransactionState.FAILED) {
				try (Statement statement = connection.createStatement()) {
					statement.execute(BACK);
					statement.execute(RELEASE);
				}
			}
		}
		catch (SQLException ex) {
			// The connection is lost, or the transaction had failed before.
			failure.addSuppressed(ex);
		}
	}

}
