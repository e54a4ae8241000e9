package io.rdsboot.vector.index.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.rdsboot.vector.index.catalog.IndexCatalog;
import io.rdsboot.vector.index.catalog.IndexClaims;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Comments of indexes, where all instances of a service find what one of them has
 * learned. A comment goes when its index is dropped, and stays when that is rebuilt.
 */
public final class IndexComments {

	/**
	 * The letters "rdsc".
	 */
	private static final int LOCK_KEY = 0x72647363;

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private IndexComments() {
	}

	/**
	 * Return the index that serves the searches of all rows by a vector column.
	 * @param column the column, with the index that it has if its declaration leaves the
	 * choice
	 * @return the index, or {@code null} if there is none, or none that is valid
	 */
	public static @Nullable CommentedIndex find(Connection connection, VectorTable table, VectorColumn column)
			throws SQLException {
		List<IndexDefinition> definitions = IndexDefinitions
			.of(table, (chosen) -> chosen.name().equals(column.name()) ? column : chosen)
			.stream()
			.filter((definition) -> definition.isOnVectors() && definition.predicate() == null
					&& definition.column().equals(column.name()))
			.toList();
		return new IndexCatalog(connection).indexes(table)
			.stream()
			.filter((index) -> index.valid() && definitions.stream().anyMatch((each) -> each.isMetBy(index)))
			.findFirst()
			.map((index) -> new CommentedIndex(index.name(), index.quotedName(), index.claims().comment()))
			.orElse(null);
	}

	/**
	 * Change what the comment of an index says besides who declares it.
	 * @param dataSource where connections of the application's login come from
	 * @param owner where those of the login come from that owns the table, if there is
	 * one
	 * @param change returns the new comment for the one that is there
	 */
	public static void change(DataSource dataSource, @Nullable DataSource owner, VectorTable table,
			CommentedIndex index, UnaryOperator<String> change) throws SQLException {
		try (DdlSession session = new DdlSessions(dataSource, owner, TIMEOUT).open(table)) {
			change(session.connection(), index.quotedName(),
					(claims) -> new IndexClaims(change.apply(claims.comment()), claims.starts()));
		}
	}

	/**
	 * Change a comment. What others write to it meanwhile is not lost, because all take
	 * the same lock, before they read what is there.
	 * @param connection a connection without a transaction
	 */
	static void change(Connection connection, String quotedName, UnaryOperator<IndexClaims> change)
			throws SQLException {
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("SET LOCAL lock_timeout = '10s'");
			statement.execute("SELECT pg_advisory_xact_lock(" + LOCK_KEY + ")");
			String comment = change.apply(IndexClaims.of(read(connection, quotedName))).toString();
			statement.execute("COMMENT ON INDEX %s IS '%s'".formatted(quotedName, comment.replace("'", "''")));
			connection.commit();
		}
		catch (SQLException | RuntimeException ex) {
			connection.rollback();
			throw ex;
		}
		finally {
			connection.setAutoCommit(true);
		}
	}

	private static @Nullable String read(Connection connection, String quotedName) throws SQLException {
		try (PreparedStatement statement = connection
			.prepareStatement("SELECT obj_description(to_regclass(?), 'pg_class')")) {
			statement.setString(1, quotedName);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() ? row.getString(1) : null;
			}
		}
	}

	/**
	 * Index with its comment.
	 *
	 * @param name the name
	 * @param quotedName schema and name in quotes
	 * @param comment what the comment says besides who declares the index, empty if
	 * nothing
	 */
	public record CommentedIndex(String name, String quotedName, String comment) {

	}

}
