package io.rdsboot.move.copy;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Sql;
import org.jspecify.annotations.Nullable;

/**
 * Indexes of the target that are dropped before the tables are copied, and built again
 * afterwards: to build one from all rows takes a fraction of the time that it takes to
 * keep it up row by row, most of all for vectors. Indexes that make rows unique or find
 * them for updates stay.
 */
final class DroppedIndexes {

	private static final String TABLE = MoveDatabase.SCHEMA + ".dropped_index";

	private final MoveSession target;

	DroppedIndexes(MoveSession target) {
		this.target = target;
	}

	/**
	 * Drop them. The definition of each is written down in the transaction that drops it.
	 */
	void drop() throws SQLException {
		List<Index> indexes = this.target.rows(
				"""
						SELECT n.nspname, x.relname, c.relname, replace(pg_get_indexdef(x.oid), ' ON ONLY ', ' ON ')
						FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
						JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.relreplident <> 'f'
						JOIN pg_namespace n ON n.oid = c.relnamespace AND %s AND %s AND NOT (%s)
						WHERE NOT i.indisunique AND NOT i.indisreplident
							AND NOT EXISTS (SELECT FROM pg_constraint con WHERE con.conindid = x.oid) ORDER BY 1, 2"""
					.formatted(MoveTables.APPLICATION_SCHEMA, MoveTables.OF_NO_EXTENSION, MoveTables.MIGRATION_HISTORY),
				(row) -> new Index(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
		for (Index index : indexes) {
			this.target.connection().setAutoCommit(false);
			try (PreparedStatement insert = this.target.connection()
				.prepareStatement("INSERT INTO %s VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING".formatted(TABLE))) {
				insert.setString(1, index.schema());
				insert.setString(2, index.name());
				insert.setString(3, index.table());
				insert.setString(4, index.definition());
				insert.executeUpdate();
				this.target.execute("DROP INDEX " + index.quoted());
				this.target.connection().commit();
			}
			finally {
				this.target.connection().rollback();
				this.target.connection().setAutoCommit(true);
			}
		}
	}

	/**
	 * Return the names of the indexes that are to be built, as SQL has them.
	 */
	List<String> names() throws SQLException {
		return this.target
			.texts("SELECT format('%%I.%%I', schema_name, index_name) FROM %s ORDER BY 1".formatted(TABLE));
	}

	/**
	 * Build the next index, unless another session has built it already. Rows go on to be
	 * applied meanwhile, except to a partitioned table.
	 * @return its name, or {@code null} if none is to be built
	 */
	@Nullable String buildNext() throws SQLException {
		Index index = this.target.row(
				"""
						SELECT schema_name, index_name, table_name, definition FROM %s d
						ORDER BY pg_table_size(to_regclass(format('%%I.%%I', schema_name, table_name))), 1, 2 LIMIT 1"""
					.formatted(TABLE),
				(row) -> new Index(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
		if (index == null) {
			return null;
		}
		boolean partitioned = this.target.exists("""
				SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'p'""", index.schema(), index.table());
		if (!isValid(index)) {
			// What an earlier attempt has left when its process or the server ended.
			this.target.execute("DROP INDEX IF EXISTS " + index.quoted());
			memory(index);
			this.target.execute(partitioned ? index.definition()
					: index.definition().replaceFirst("^CREATE INDEX ", "CREATE INDEX CONCURRENTLY "));
		}
		remove(index);
		return index.quoted();
	}

	private boolean isValid(Index index) throws SQLException {
		return this.target.exists(
				"""
						SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
						WHERE n.nspname = ? AND x.relname = ? AND i.indisvalid""",
				index.schema(), index.name());
	}

	/**
	 * Memory for one build: the size of its table and half as much again, which a graph
	 * of vectors takes at most, up to half of the server's shared buffers. RDS gives
	 * these a quarter of the machine, so that an eighth is left for a build. Never less
	 * than the server's own setting.
	 */
	private void memory(Index index) throws SQLException {
		this.target
			.texts("""
					SELECT set_config('maintenance_work_mem', greatest(1024, m.setting::bigint,
						least(2097151, b.setting::bigint * 8 / 2, 3 * pg_table_size(to_regclass(?)) / 2048))::text || 'kB', false)
					FROM pg_settings m, pg_settings b WHERE m.name = 'maintenance_work_mem' AND b.name = 'shared_buffers'""",
					Sql.identifier(index.schema()) + "." + Sql.identifier(index.table()));
	}

	private void remove(Index index) throws SQLException {
		this.target.texts(
				"DELETE FROM %s WHERE schema_name = ? AND index_name = ? RETURNING index_name".formatted(TABLE),
				index.schema(), index.name());
	}

	private record Index(String schema, String name, String table, String definition) {

		String quoted() {
			return Sql.identifier(this.schema) + "." + Sql.identifier(this.name);
		}

	}

}
