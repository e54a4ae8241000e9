package io.rdsboot.vector.jdbc.rows;

import java.io.OutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.rdsboot.vector.RecordPosition;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.RecordWindow;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.QueryPlan;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Runs record queries of one table. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RecordFinder<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	public RecordFinder(VectorTable table, Class<ID> idClass, VectorConnections connections, Tenants tenants) {
		this.table = table;
		this.idClass = idClass;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
	}

	public RecordWindow<ID> find(RecordQuery query) {
		Tenant tenant = this.tenants.current();
		RecordQuerySql sql = statements(query, tenant);
		int limit = limit(query);
		// One row more says whether there is a next window.
		return this.connections.query(tenant, sql.window(limit + 1), (rows) -> read(rows, sql, limit));
	}

	private RecordWindow<ID> read(ResultSet row, RecordQuerySql sql, int limit) throws SQLException {
		List<VectorRecord<ID>> records = new ArrayList<>();
		String lastValue = null;
		RecordPosition next = null;
		while (next == null && row.next()) {
			if (records.size() < limit) {
				records.add(record(this.table, row, sql.columns(), this.idClass));
				lastValue = row.getString(sql.columns().size() + 1);
			}
			else {
				next = sql.position(Objects.requireNonNull(records.get(limit - 1).id()), lastValue);
			}
		}
		return new RecordWindow<>(records, next);
	}

	/**
	 * Return all rows of a query, or as many as its limit says. The stream must be
	 * closed.
	 */
	public Stream<VectorRecord<ID>> stream(RecordQuery query) {
		Tenant tenant = this.tenants.current();
		RecordQuerySql sql = statements(query, tenant);
		return RecordCursor.stream(this.connections, this.table, tenant, sql.all(),
				(row, number) -> record(this.table, row, sql.columns(), this.idClass));
	}

	/**
	 * Write all rows of a query, or as many as its limit says, and return how many.
	 */
	public long exportTo(OutputStream out, RecordQuery query) {
		RecordLineWriter writer = new RecordLineWriter(this.table, out);
		try (Stream<VectorRecord<ID>> records = stream(query.withVectors())) {
			records.forEachOrdered(writer::write);
		}
		return writer.finish();
	}

	public String explain(RecordQuery query) {
		Tenant tenant = this.tenants.current();
		SqlStatement statement = statements(query, tenant).window(limit(query) + 1).explained();
		return this.connections.query(tenant, statement, QueryPlan::read);
	}

	private RecordQuerySql statements(RecordQuery query, @Nullable Tenant tenant) {
		RecordPosition after = query.after();
		if (after != null) {
			this.validator.validateId(after.id());
		}
		return new RecordQuerySql(this.table, query, tenant);
	}

	private static int limit(RecordQuery query) {
		return Objects.requireNonNullElse(query.limit(), RecordQuery.DEFAULT_LIMIT);
	}

	/**
	 * Return the record of a row.
	 * @param columns what the row begins with
	 */
	static <ID> VectorRecord<ID> record(VectorTable table, ResultSet row, RowColumns columns, Class<ID> idClass)
			throws SQLException {
		Map<String, VectorValue> vectors = columns.vectors(row);
		VectorValue embedding = vectors.remove(table.embedding().name());
		return new VectorRecord<>(columns.id(row, idClass), embedding, columns.content(row), columns.metadata(row),
				vectors);
	}

}
