package io.rdsboot.vector.reembedding;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import javax.sql.DataSource;

import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.DdlSessions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.text.TextEmbedder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the vectors of a table's main column are those of the model that texts are
 * embedded by: vectors of two models have nothing to do with each other, even if they
 * have the same dimensions. The comment of the column names the model. Thread-safe.
 */
public final class EmbeddingModelVerifier {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddingModelVerifier.class);

	private static final Duration DDL_TIMEOUT = Duration.ofMinutes(1);

	private final DataSource dataSource;

	private final DdlSessions sessions;

	/**
	 * Create a verifier.
	 * @param dataSource where the tables are
	 * @param ownerDataSource where connections of the login come from that owns the
	 * tables, if the other one does not, or {@code null}
	 */
	public EmbeddingModelVerifier(DataSource dataSource, @Nullable DataSource ownerDataSource) {
		this.dataSource = dataSource;
		this.sessions = new DdlSessions(dataSource, ownerDataSource, DDL_TIMEOUT);
	}

	/**
	 * Check the model of a table's main column. A column that names none is noted to be
	 * of the given one, if the login may do so, and so is that of an empty table. What a
	 * {@linkplain Reembedding change of the model} has left that ended with this column
	 * is dropped.
	 * @param table the table
	 * @param embedder the model
	 * @throws IllegalStateException if the column's vectors are of another model
	 */
	public void verify(VectorTable table, TextEmbedder embedder) {
		VectorColumn column = table.embedding();
		try {
			ColumnModel found = find(table, column);
			if (found == null || (!found.model().equals(embedder.model()) && isEmpty(table))) {
				note(table, column, embedder);
			}
			else if (!found.model().equals(embedder.model())) {
				throw new IllegalStateException(
						"Column %s of vector table %s holds vectors of model '%s', but texts are embedded by '%s': the distances of searches would mean nothing. To change the model, declare a second vector column for it; if both are names of the same model, run as the table's owner: COMMENT ON COLUMN %s.%s IS NULL;"
							.formatted(column.name(), table, found.model(), embedder.model(), table.quotedName(),
									VectorTable.quote(column.name())));
			}
			else if (found.completeSince() != null && new ReembeddingSchema(table, column, this.sessions).drop()) {
				logger.info("Dropped what the change of the embedding model to {} has left in vector table {}",
						embedder.model(), table);
			}
		}
		catch (SQLException ex) {
			logger.debug("The embedding model of vector table {} could not be looked up", table, ex);
		}
	}

	private @Nullable ColumnModel find(VectorTable table, VectorColumn column) throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			return ColumnModel.read(connection, table, column);
		}
	}

	private boolean isEmpty(VectorTable table) throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement
					.executeQuery("SELECT NOT row_security_active('%s') AND NOT EXISTS (SELECT FROM %s)"
						.formatted(table.quotedName().replace("'", "''"), table.quotedName()))) {
			return row.next() && row.getBoolean(1);
		}
	}

	private void note(VectorTable table, VectorColumn column, TextEmbedder embedder) throws SQLException {
		try (DdlSession session = this.sessions.open(table)) {
			session.execute(ReembeddingSchema.SHORT_LOCKS);
			new ColumnModel(embedder.model(), null).write(session.connection(), table, column);
		}
	}

}
